"""What is said along the way: what changes, what was seen before, what is the user's own; and a person who is asked."""

SENTENCES = {
    # --- telling what changes
    "Okay, I tell you what changes.": "Baik, saya beri tahu apa yang berubah.",
    "Okay, I tell you what changes, and {words} when I see it.": (
        "Baik, saya beri tahu apa yang berubah, dan {words} kalau saya melihatnya."
    ),
    "Say stop looking to end it.": "Katakan berhenti mencari untuk mengakhirinya.",
    "Warning {where}: {text}": "Peringatan {where}: {text}",
    "Text {where}: {text}": "Tulisan {where}: {text}",
    "No face in view now.": "Sekarang tidak ada wajah yang terlihat.",
    "It looks like {things}.": "Kelihatannya {things}.",
    "It is brighter now.": "Sekarang lebih terang.",
    "It is darker now.": "Sekarang lebih gelap.",
    "at {hour} o'clock": "di arah jam {hour}",
    "I stopped telling what changes. Ask again if you still need it.": (
        "Saya berhenti memberi tahu apa yang berubah. Minta lagi kalau masih perlu."
    ),
    "I get no pictures from the camera any more, so I stopped telling what changes.": (
        "Tidak ada gambar lagi dari kamera, jadi saya berhenti memberi tahu apa yang berubah."
    ),
    "I can't read text right now. I tell you the rest.": (
        "Saat ini saya tidak bisa membaca teks. Yang lain tetap saya beri tahu."
    ),
    "I see a face in the middle. I don't learn people, only things. "
    "Hold the thing before the camera and say it again.": (
        "Saya melihat wajah di tengah. Saya tidak mempelajari orang, hanya benda. Pegang bendanya di depan kamera dan "
        "katakan lagi."
    ),
    "I see a face. I don't learn people, only things.": (
        "Saya melihat wajah. Saya tidak mempelajari orang, hanya benda."
    ),
    # --- scanning one thing after the other
    "Keep scanning.": "Terus pindai.",
    "Okay, I say each code that I see. Show me one thing after the other. Say stop to end it.": (
        "Baik, setiap kode yang terlihat saya sebutkan. Tunjukkan satu per satu. Katakan berhenti untuk mengakhirinya."
    ),
    "Okay, I say each code.": "Baik, setiap kode saya sebutkan.",
    "Okay, show me the next one.": "Baik, tunjukkan yang berikutnya.",
    "I see no code yet. Turn the thing slowly, a hand's length from the camera.": (
        "Belum ada kode yang terlihat. Putar bendanya pelan-pelan, sejengkal dari kamera."
    ),
    "There is a code, but I can't read it. Turn the thing a little, so that nothing shines on it.": (
        "Ada kode, tetapi tidak terbaca. Putar bendanya sedikit, supaya tidak ada yang memantul."
    ),
    "I stopped scanning. Ask again if you still need it.": "Saya berhenti memindai. Minta lagi kalau masih perlu.",
    "I get no pictures from the camera any more, so I stopped scanning.": (
        "Tidak ada gambar lagi dari kamera, jadi saya berhenti memindai."
    ),
    "I can't read codes right now, so I stopped scanning.": (
        "Saat ini saya tidak bisa membaca kode, jadi saya berhenti memindai."
    ),
    # --- what was read before, and comparing
    "I haven't read anything yet.": "Saya belum membaca apa pun.",
    "Before that I read nothing.": "Sebelum itu saya tidak membaca apa pun.",
    "{when} I read: {text}": "{when} saya membaca: {text}",
    "I was not sure of it.": "Saya tidak yakin dengan itu.",
    "That was before; it may have changed.": "Itu yang tadi; mungkin sudah berubah.",
    "I have nothing to compare it with. Ask me to read or describe something first.": (
        "Belum ada yang bisa dibandingkan. Mintalah saya membaca atau menjelaskan sesuatu dulu."
    ),
    "I have nothing to compare it with.": "Belum ada yang bisa dibandingkan.",
    "compare it": "membandingkannya",
    "I can't compare it with what I saw {when}.": "Saya tidak bisa membandingkannya dengan yang saya lihat {when}.",
    "Compared with {when}: {what}": "Dibandingkan dengan {when}: {what}",
    "before I read {text}, now I find no text.": (
        "sebelumnya saya membaca {text}, sekarang saya tidak menemukan teks."
    ),
    "I'm not sure of every word.": "Tidak semua katanya saya yakini.",
    "the text is the same: {text}": "teksnya sama: {text}",
    "the text is the same.": "teksnya sama.",
    "now I find no text.": "sekarang saya tidak menemukan teks.",
    "before it said {text}": "sebelumnya tertulis {text}",
    "now it says {text}": "sekarang tertulis {text}",
    "{same} of {all} lines are the same.": "{same} dari {all} baris sama.",
    "the text differs: {parts}.": "teksnya berbeda: {parts}.",
    "{text} and more": "{text} dan lainnya",
    "The colour is the same, {colour}.": "Warnanya sama, {colour}.",
    "The colour is close, {colour}.": "Warnanya mirip, {colour}.",
    "The colour is close: {now} now, {before} before.": "Warnanya mirip: sekarang {now}, sebelumnya {before}.",
    "The colour differs: {now} now, {before} before.": "Warnanya berbeda: sekarang {now}, sebelumnya {before}.",
    "The shade of {colour} differs.": "Nuansa warna {colour} berbeda.",
    # --- what is remembered and forgotten
    "I can't make out text, a code, a face or a colour, so there is nothing to remember. Move closer.": (
        "Saya tidak menemukan teks, kode, wajah, atau warna, jadi tidak ada yang bisa diingat. Dekatkan."
    ),
    "You haven't asked me to remember anything.": "Saya belum diminta mengingat apa pun.",
    "I'll remember: {what}": "Saya ingat: {what}",
    "I'll remember it.": "Saya ingat.",
    "Say forget that to delete it.": "Katakan lupakan itu untuk menghapusnya.",
    "That is from then; it may have changed.": "Itu keadaan waktu itu; mungkin sudah berubah.",
    "I forgot everything I saw.": "Semua yang pernah saya lihat sudah saya lupakan.",
    "I forgot everything I saw, and {things}.": "Semua yang pernah saya lihat sudah saya lupakan, juga {things}.",
    "I stopped looking, too.": "Saya juga berhenti mencari.",
    "What we said stays until the end of the conversation.": "Yang kita bicarakan tetap ada sampai percakapan selesai.",
    "There is nothing to forget.": "Tidak ada yang bisa dilupakan.",
    "I forgot what I saw {when}: {what}": "Yang saya lihat {when} sudah saya lupakan: {what}",
    "what I saw.": "yang saya lihat.",
    "I forgot it.": "Sudah saya lupakan.",
    "text that says {text}": "tulisan yang berbunyi {text}",
    "text, perhaps, that says {text}": "tulisan yang mungkin berbunyi {text}",
    "a code with {text}": "sebuah kode berisi {text}",
    "a code": "sebuah kode",
    "a face": "wajah seseorang",
    "I find faces that are turned to the camera.": "Saya menemukan wajah yang menghadap kamera.",
    "I can't look for {words} right now, so I stopped.": (
        "Saat ini saya tidak bisa mencari {words}, jadi saya berhenti."
    ),
    "You haven't taught me your {thing}. Show it and say, for example: this is my blue folder. Then I can look out for "
    "it.": (
        "Saya belum diajari mengenal {thing} Anda. Tunjukkan dan katakan, misalnya: ini map biru saya. Setelah itu "
        "saya bisa mencarinya."
    ),
    "You haven't taught me your {thing}.": "Saya belum diajari mengenal {thing} Anda.",
    "{colours} in the middle": "warna {colours} di tengah",
    # --- where things were seen, and the user's own
    (
        "I don't remember where I saw things on this profile; that takes a picture model. But you can teach me a "
        "thing: show it and say, for example, this is my blue folder."
    ): (
        "Di profil ini saya tidak mengingat di mana saya melihat benda; untuk itu diperlukan model gambar. Tetapi "
        "saya bisa diajari mengenal benda: tunjukkan lalu katakan, misalnya, ini map biru saya."
    ),
    "I don't remember where I saw things on this profile.": (
        "Di profil ini saya tidak mengingat di mana saya melihat benda."
    ),
    "The picture model is the setting sight.memory.": "Model gambar itu adalah pengaturan sight.memory.",
    "What shall I call it? Say for example: this is my blue folder.": (
        "Apa sebutannya? Katakan misalnya: ini map biru saya."
    ),
    "You haven't taught me any of your things. Show me one and say, for example: this is my blue folder.": (
        "Saya belum diajari mengenal benda Anda. Tunjukkan satu lalu katakan, misalnya: ini map biru saya."
    ),
    "You haven't taught me any of your things.": "Saya belum diajari mengenal benda Anda.",
    "I don't learn people, only things.": "Saya tidak mempelajari orang, hanya benda.",
    "I don't recognise people, and I won't.": "Saya tidak mengenali orang, dan tidak akan.",
    "I know it by the print and pattern on it, from what you showed me.": (
        "Saya mengenalnya dari tulisan dan pola padanya, seperti yang pernah ditunjukkan."
    ),
    "Hold your {thing} in the middle, close to the camera and still. I take three looks at it.": (
        "Pegang {thing} di tengah, dekat kamera, dan tahan diam. Saya melihatnya tiga kali."
    ),
    "Hold your {thing} still. I take three looks.": "Tahan {thing} agar diam. Saya melihatnya tiga kali.",
    "Good. Turn it a little.": "Bagus. Putar sedikit.",
    "Good. Once more, a bit nearer or farther.": "Bagus. Sekali lagi, sedikit lebih dekat atau lebih jauh.",
    "Turn it a little.": "Putar sedikit.",
    "Once more, a bit nearer or farther.": "Sekali lagi, sedikit lebih dekat atau lebih jauh.",
    "It has too little print or pattern for me to know it again. A label or a sticker on it would help.": (
        "Tulisan atau polanya terlalu sedikit untuk saya kenali lagi. Label atau stiker di atasnya akan membantu."
    ),
    "My looks at it don't agree, so I didn't learn it. Hold one thing in the middle, and say it again.": (
        "Yang saya lihat tidak cocok satu sama lain, jadi tidak saya pelajari. Pegang satu benda di tengah, lalu "
        "katakan lagi."
    ),
    "I didn't get three good looks, so I didn't learn it. Hold it nearer, in good light, and say it again.": (
        "Saya tidak sempat melihatnya tiga kali dengan baik, jadi tidak saya pelajari. Pegang lebih dekat, di cahaya "
        "yang baik, lalu katakan lagi."
    ),
    "I can't learn things right now.": "Saat ini saya tidak bisa mempelajari benda.",
    "I know your {thing} now. Ask me where it is, or which of your things this is.": (
        "Sekarang saya mengenal {thing} Anda. Tanyakan di mana benda itu, atau ini benda Anda yang mana."
    ),
    "I see your {thing} {side}. I'm sure.": "Saya melihat {thing} Anda {side}. Saya yakin.",
    "I think I see your {thing} {side}, but I'm not certain.": (
        "Sepertinya saya melihat {thing} Anda {side}, tetapi saya tidak pasti."
    ),
    "any of your things that you taught me": "satu pun benda Anda yang pernah diajarkan",
    "look for your things": "mencari benda Anda",
    "I can't make out {thing} in view. Turn it to me, or move the camera and ask again.": (
        "Saya tidak menemukan {thing} di gambar. Hadapkan ke kamera, atau geser kamera lalu tanyakan lagi."
    ),
    "I can't make out {thing}.": "Saya tidak menemukan {thing}.",
    "It may be there all the same, turned or covered.": "Mungkin tetap ada di situ, terbalik atau tertutup.",
    "your {thing}": "{thing} Anda",
    # --- a person who is asked
    "a person": "seseorang",
    "There is nobody I can ask here.": "Di sini tidak ada orang yang bisa saya mintai bantuan.",
    "I ask {person} only for somebody who talks with me.": (
        "Saya meminta bantuan {person} hanya untuk orang yang berbicara dengan saya."
    ),
    "Do you want to call {person}?": "Apakah Anda mau menghubungi {person}?",
    "Should I ask {person} for help?": "Apakah saya perlu meminta bantuan {person}?",
    "Should I send the picture of your camera, too?": "Apakah gambar kamera Anda perlu saya kirim juga?",
    "The link to {person} is on the page now.": "Tautan ke {person} sekarang ada di halaman.",
    "Okay, sending the picture.": "Baik, gambarnya saya kirim.",
    "Okay, asking {person}.": "Baik, saya meminta bantuan {person}.",
    "All right, no picture.": "Baik, tanpa gambar.",
    "All right, I ask nobody.": "Baik, saya tidak meminta bantuan siapa pun.",
    "Somebody who talks with Netra asks for your help.": "Seseorang yang berbicara dengan Netra meminta bantuan Anda.",
    "This is what the camera sees now.": "Inilah yang dilihat kamera sekarang.",
    "There was no picture to send. I sent nothing more to {person}.": (
        "Tidak ada gambar untuk dikirim. Tidak ada lagi yang saya kirim ke {person}."
    ),
    "I couldn't reach {person}: there was no answer in time. Ask me to try again, or call in another way.": (
        "Saya tidak bisa menghubungi {person}: tidak ada jawaban tepat waktu. Minta saya mencoba lagi, atau hubungi "
        "dengan cara lain."
    ),
    "I couldn't reach {person}. Ask me to try again, or call in another way.": (
        "Saya tidak bisa menghubungi {person}. Minta saya mencoba lagi, atau hubungi dengan cara lain."
    ),
    "The picture was sent to {person}.": "Gambar sudah dikirim ke {person}.",
    "I have asked {person} for help.": "Saya sudah meminta bantuan {person}.",
    "I couldn't ask {person}: the other side refused it. Call in another way.": (
        "Saya tidak bisa meminta bantuan {person}: pihak sana menolaknya. Hubungi dengan cara lain."
    ),
}
