"""What Netra does not do, and what would make it possible. The sentences about safety say neither more nor less than
the English ones.
"""

MODEL, MODEL_ID = (
    "That takes a language model, which this profile doesn't have.",
    "Untuk itu diperlukan model bahasa, yang tidak ada di profil ini.",
)
OFFLINE, OFFLINE_ID = (
    "I look nothing up on the internet. It would take a language model and a source for it.",
    "Saya tidak mencari apa pun di internet. Untuk itu diperlukan model bahasa dan sumbernya.",
)

SENTENCES = {
    f"I can't tell the weather on this profile. {OFFLINE}": (
        f"Di profil ini saya tidak bisa memberi tahu cuaca. {OFFLINE_ID}"
    ),
    "I can't tell the weather on this profile.": "Di profil ini saya tidak bisa memberi tahu cuaca.",
    f"I can't tell the news on this profile. {OFFLINE}": (
        f"Di profil ini saya tidak bisa menyampaikan berita. {OFFLINE_ID}"
    ),
    "I can't tell the news on this profile.": "Di profil ini saya tidak bisa menyampaikan berita.",
    "I can't play music or radio: I only talk. Your device's own player can.": (
        "Saya tidak bisa memutar musik atau radio: saya hanya berbicara. Pemutar di perangkat bisa."
    ),
    "I can't play music.": "Saya tidak bisa memutar musik.",
    "I can't call or write to anyone. In an emergency, please use your phone to call for help.": (
        "Saya tidak bisa menelepon atau menulis kepada siapa pun. Dalam keadaan darurat, mintalah bantuan lewat "
        "telepon."
    ),
    "I can't call or write. In an emergency, use your phone.": (
        "Saya tidak bisa menelepon atau menulis. Dalam keadaan darurat, gunakan telepon."
    ),
    "I don't know anybody whom I could ask for help. Whoever runs this server can name somebody, in the settings "
    "under person.": (
        "Belum ada orang yang bisa saya mintai bantuan. Pengelola server ini bisa menetapkannya, dalam pengaturan di "
        "bagian person."
    ),
    "I don't know anybody whom I could ask.": "Belum ada orang yang bisa saya mintai bantuan.",
    "A telephone link, a link to a video call or a webhook will do. In an emergency, please use your phone to call for "
    "help.": (
        "Cukup dengan tautan telepon, tautan panggilan video, atau webhook. Dalam keadaan darurat, mintalah bantuan "
        "lewat telepon."
    ),
    f"I can't translate on this profile. {MODEL}": f"Di profil ini saya tidak bisa menerjemahkan. {MODEL_ID}",
    "I can't translate on this profile.": "Di profil ini saya tidak bisa menerjemahkan.",
    f"I can't answer general questions on this profile. {MODEL}": (
        f"Di profil ini saya tidak bisa menjawab pertanyaan umum. {MODEL_ID}"
    ),
    "I can't answer general questions on this profile.": "Di profil ini saya tidak bisa menjawab pertanyaan umum.",
    "I can answer about what your camera sees, the time, and timers. Say help for examples.": (
        "Saya bisa menjawab tentang yang dilihat kamera, waktu, dan timer. Katakan bantuan untuk contohnya."
    ),
    (
        "I don't know where you are and can't guide you. I can read a sign, or look out for a word. Say for example: "
        "tell me when you see exit."
    ): (
        "Saya tidak tahu lokasi ini dan tidak bisa memandu jalan. Saya bisa membaca papan petunjuk atau mencari "
        "sebuah kata. Katakan misalnya: kabari kalau kamu lihat kata keluar."
    ),
    "I can't tell you what is safe to take, eat or drink, nor how much. I can read the label to you.": (
        "Saya tidak bisa mengatakan apa yang aman diminum atau dimakan, dan berapa banyak. Saya bisa membacakan "
        "labelnya."
    ),
    "I can't tell what is safe to take. I can read the label.": (
        "Saya tidak bisa mengatakan apa yang aman diminum. Saya bisa membacakan labelnya."
    ),
    "I can't guide you. I can read a sign for you.": (
        "Saya tidak bisa memandu jalan. Saya bisa membacakan papan petunjuk."
    ),
    "I don't recognise people, and I won't on any profile. I can tell you whether someone is there.": (
        "Saya tidak mengenali orang, di profil mana pun tidak. Saya bisa memberi tahu apakah ada orang."
    ),
    "I don't recognise people. I can tell whether someone is there.": (
        "Saya tidak mengenali orang. Saya bisa memberi tahu apakah ada orang."
    ),
    "I can't tell you whether it is safe. Please rely on your cane or your dog, and on your ears.": (
        "Saya tidak bisa mengatakan apakah ini aman. Andalkan tongkat atau anjing pemandu, dan pendengaran Anda."
    ),
    "I can't judge whether it is safe. Please rely on your cane or your dog, and on your ears.": (
        "Saya tidak bisa menilai apakah ini aman. Andalkan tongkat atau anjing pemandu, dan pendengaran Anda."
    ),
    "I can't judge safety. Please rely on your cane or your dog.": (
        "Saya tidak bisa menilai keamanan. Andalkan tongkat atau anjing pemandu."
    ),
    f"I can't tell jokes or stories on this profile. {MODEL}": (
        f"Di profil ini saya tidak bisa bercanda atau bercerita. {MODEL_ID}"
    ),
    "I can't tell jokes or stories here.": "Di sini saya tidak bisa bercanda atau bercerita.",
    f"I can't calculate on this profile. {MODEL}": f"Di profil ini saya tidak bisa berhitung. {MODEL_ID}",
    "I can't calculate on this profile.": "Di profil ini saya tidak bisa berhitung.",
    "I can't switch things in your home: I'm not connected to any. I can tell you whether the light is on.": (
        "Saya tidak bisa mengendalikan peralatan di rumah: saya tidak terhubung. Saya bisa memberi tahu apakah lampu "
        "menyala."
    ),
    "I can't buy or order anything. I can read a label or a bar code to you.": (
        "Saya tidak bisa membeli atau memesan apa pun. Saya bisa membacakan label atau kode batang."
    ),
    "I can't buy or order anything.": "Saya tidak bisa membeli atau memesan apa pun.",
    "I can't set an alarm for a time of day, but I can set a timer. Say: set a timer for ten minutes.": (
        "Saya tidak bisa memasang alarm pada jam tertentu, tetapi bisa memasang timer. Katakan: pasang timer "
        "sepuluh menit."
    ),
    "No alarms, but I can set a timer.": "Alarm tidak bisa, tetapi timer bisa.",
    "I can't do that on this profile. Say help to hear what I can do.": (
        "Di profil ini saya tidak bisa melakukan itu. Katakan bantuan untuk mendengar yang saya bisa."
    ),
    "I can't do that here. Say help.": "Di sini itu tidak bisa. Katakan bantuan.",
    "I can't do that on this profile.": "Di profil ini saya tidak bisa melakukan itu.",
    "I can't keep a timer here: this is one question and its answer. In a live conversation I can.": (
        "Di sini saya tidak bisa menjalankan timer: ini satu pertanyaan dan jawabannya. Dalam percakapan langsung bisa."
    ),
    "I can change how I speak in a live conversation only. Here every answer stands alone.": (
        "Cara bicara hanya bisa diubah dalam percakapan langsung. Di sini setiap jawaban berdiri sendiri."
    ),
    "I can do that in a live conversation only. Here I answer single questions.": (
        "Itu hanya bisa dalam percakapan langsung. Di sini saya menjawab pertanyaan satu per satu."
    ),
}
