"""What is said of the things in a house."""

SENTENCES = {
    "I'm not connected to things in your home.": "Saya tidak terhubung dengan peralatan di rumah.",
    "I can't reach the house right now.": "Saat ini rumah tidak bisa dihubungi.",
    "I can't reach the house right now. Nothing was done.": (
        "Saat ini rumah tidak bisa dihubungi. Tidak ada yang dilakukan."
    ),
    "the house could not be reached, so I don't know whether {thing} took that": (
        "rumah tidak bisa dihubungi, jadi saya tidak tahu apakah {thing} menerimanya"
    ),
    "Too much time has passed, so I did nothing. Ask me again if you still want it.": (
        "Sudah terlalu lama, jadi tidak ada yang saya lakukan. Minta lagi kalau masih diinginkan."
    ),
    "Something else came between, so I did nothing. Ask me again if you still want it.": (
        "Ada hal lain di antaranya, jadi tidak ada yang saya lakukan. Minta lagi kalau masih diinginkan."
    ),
    "All right, I leave it as it is.": "Baik, saya biarkan seperti adanya.",
    "turn on": "menyalakan", "turning on": "menyalakan",
    "turn off": "mematikan", "turning off": "mematikan",
    "open": "membuka", "opening": "membuka",
    "close": "menutup", "closing": "menutup",
    "lock": "mengunci", "locking": "mengunci",
    "unlock": "membuka kunci", "unlocking": "membuka kunci",
    "arm": "mengaktifkan", "arming": "mengaktifkan",
    "disarm": "menonaktifkan", "disarming": "menonaktifkan",
    "start": "menjalankan", "starting": "menjalankan",
    "{thing} in the {room}": "{thing} di {room}",
    "the {thing}": "{thing}",
    "{number} lights": "{number} lampu",
    "okay, {doing}": "baik, {doing}",
    "Should I {do_it}?": "Apakah saya perlu {do_it}?",
    "I {do_it} only for somebody who talks with me, after a yes.": (
        "Saya {do_it} hanya untuk orang yang berbicara dengan saya, setelah dijawab ya."
    ),
    "I can't {do} {thing}.": "Saya tidak bisa {do} {thing}.",
    "I can't do that in your home.": "Saya tidak bisa melakukan itu di rumah.",
    "I know no such thing in your home.": "Saya tidak mengenal benda itu di rumah.",
    "I know {things}": "saya mengenal {things}",
    "I know {things}, and others.": "Saya mengenal {things}, dan lainnya.",
    "Which one: {names}? Say it with its name.": "Yang mana: {names}? Sebutkan dengan namanya.",
    "The {thing} doesn't tell me that.": "{thing} tidak memberi tahu itu.",
    "I don't know: {thing} has not told me anything yet.": "Saya tidak tahu: belum ada kabar dari {thing}.",
    "{thing} is {state}": "{thing} {state}",
    "{thing} are {state}": "{thing} {state}",
    "yes, {told}": "ya, {told}",
    "no, {told}": "tidak, {told}",
    "{length} ago {thing} was {state}.": "{length} yang lalu {thing} {state}.",
    "It told me that {length} ago.": "Kabar itu {length} yang lalu.",
}  # fmt: skip
