"""The talk itself: asking again, being polite, time and timers, how it speaks, help; and what apps' tools answer."""

SENTENCES = {
    # --- not understood, late, failed
    "Sorry, I didn't get that.": "Maaf, saya tidak menangkap itu.",
    "Sorry, could you say that another way?": "Maaf, bisa dikatakan dengan cara lain?",
    "I'm not sure what you mean. Could you say it again?": "Saya belum paham maksudnya. Bisa diulangi?",
    "I don't understand that one.": "Saya tidak mengerti yang itu.",
    "I'm not sure what you mean. Could you put it another way?": (
        "Saya belum paham maksudnya. Bisa ditulis dengan cara lain?"
    ),
    "That's not something I know. Could you put it in other words?": (
        "Itu belum saya kenal. Bisa dengan kata-kata lain?"
    ),
    "I still don't understand. Say help to hear what I can do.": (
        "Saya masih belum mengerti. Katakan bantuan untuk mendengar yang saya bisa."
    ),
    "I still don't understand. Type help to see what I can do.": (
        "Saya masih belum mengerti. Ketik bantuan untuk melihat yang saya bisa."
    ),
    "I couldn't hear any words. Could you say that again?": "Saya tidak mendengar kata-kata. Bisa diulangi?",
    "I understood what you want, but not the details. Please say it again.": (
        "Saya mengerti maksudnya, tetapi tidak rinciannya. Mohon ulangi."
    ),
    "Let me look.": "Saya lihat dulu.",
    "One moment.": "Sebentar.",
    "Sorry, something went wrong. Please ask again.": "Maaf, ada yang salah. Silakan tanyakan lagi.",
    "Sorry, that took too long. Please ask again.": "Maaf, itu terlalu lama. Silakan tanyakan lagi.",
    "I'm still here. Ask me something, or say help.": "Saya masih di sini. Tanyakan sesuatu, atau katakan bantuan.",
    (
        "I can't reach my language model right now. I can still tell the time, set timers, read text and codes, "
        "and tell "
        "colours and light."
    ): (
        "Saat ini model bahasa saya tidak bisa dihubungi. Saya masih bisa memberi tahu waktu, memasang timer, "
        "membaca teks "
        "dan kode, serta mengenali warna dan cahaya."
    ),
    "Too many people are asking me at once. Please ask again in a moment.": (
        "Terlalu banyak orang bertanya kepada saya sekaligus. Silakan tanyakan lagi sebentar lagi."
    ),
    "I'm sorry, my language model broke off there.": "Maaf, model bahasa saya terputus di situ.",
    "I'm sorry, I have no answer to that.": "Maaf, saya tidak punya jawaban untuk itu.",
    # --- language
    "Okay, I speak English now.": "Baik, sekarang saya berbicara bahasa Inggris.",
    "Okay, I speak Indonesian now.": "Baik, sekarang saya berbicara bahasa Indonesia.",
    "I already speak English.": "Saya sudah berbicara bahasa Inggris.",
    "I already speak Indonesian.": "Saya sudah berbicara bahasa Indonesia.",
    (
        "Here I understand spoken English only: please type Indonesian. With the recogniser Whisper I would "
        "understand it spoken. To go back, say: speak English."
    ): (
        "Di sini saya hanya mengerti ucapan bahasa Inggris: bahasa Indonesia silakan diketik. Dengan pengenal suara "
        "Whisper, ucapannya juga dimengerti. Untuk kembali, ucapkan: speak English."
    ),
    # --- courtesy
    "Hello again. What can I do?": "Halo lagi. Apa yang bisa saya bantu?",
    "Hello. I'm still here.": "Halo. Saya masih di sini.",
    "Hello.": "Halo.",
    "What can I do for you?": "Apa yang bisa saya bantu?",
    "You're welcome.": "Sama-sama.",
    "My pleasure.": "Dengan senang hati.",
    "Any time.": "Kapan saja.",
    "Good night.": "Selamat malam.",
    "Goodbye.": "Sampai jumpa.",
    "Goodbye, take care.": "Sampai jumpa, hati-hati.",
    "I'm a program, and all of me works, thank you. How can I help?": (
        "Saya sebuah program, dan semuanya berjalan baik, terima kasih. Apa yang bisa saya bantu?"
    ),
    "All works, thank you.": "Semuanya berjalan baik, terima kasih.",
    (
        "I'm Netra, a computer program. I hear you, see through your camera when it is on, and speak with a synthetic "
        "voice."
    ): (
        "Saya Netra, sebuah program komputer. Saya mendengarkan, melihat lewat kamera bila menyala, dan "
        "berbicara dengan "
        "suara sintetis."
    ),
    "I'm Netra, a computer program with a synthetic voice.": "Saya Netra, program komputer dengan suara sintetis.",
    (
        "I can be wrong, above all about pictures. I don't know people by their faces, and I never judge whether "
        "something is safe. Say help to hear what you can ask."
    ): (
        "Saya bisa keliru, terutama soal gambar. Saya tidak mengenal orang dari wajahnya, dan tidak pernah "
        "menilai apakah "
        "sesuatu aman. Katakan bantuan untuk mendengar yang bisa ditanyakan."
    ),
    "Okay.": "Baik.",
    "Good.": "Bagus.",
    "All right.": "Baiklah.",
    "I'm glad that helped.": "Senang bisa membantu.",
    "Good to hear.": "Senang mendengarnya.",
    # --- time and timers
    "It's {time}.": "Sekarang {time}.",
    "It's {time} {part_of_day}.": "Sekarang {time} {part_of_day}.",
    "Exactly, it's {time} and {seconds} seconds on the 24 hour clock.": "Tepatnya, pukul {time} lewat {seconds} detik.",
    "Today is {day} {year}.": "Hari ini {day} {year}.",
    "Yesterday was {yesterday}, and tomorrow is {tomorrow}. It's day {number} of the year, in week {week}.": (
        "Kemarin {yesterday}, dan besok {tomorrow}. Ini hari ke-{number} tahun ini, di minggu ke-{week}."
    ),
    "For how long? Say for example: five minutes.": "Berapa lama? Katakan misalnya: lima menit.",
    "For how long?": "Berapa lama?",
    "I can set a timer from one second to 24 hours.": "Timer bisa dipasang dari satu detik sampai 24 jam.",
    "{number} timers are running, and I can't keep more. Say: cancel the timers.": (
        "Ada {number} timer berjalan, dan tidak bisa lebih. Katakan: batalkan timer."
    ),
    "Timer set for {length}.": "Timer dipasang {length}.",
    "You have {number} timers now.": "Sekarang ada {number} timer.",
    "No timer is running.": "Tidak ada timer yang berjalan.",
    "{left} left of {length}.": "{left} lagi dari {length}.",
    "{left} left.": "{left} lagi.",
    "{left} of {length}": "{left} dari {length}",
    "{number} timers are running. Left are {list}.": "Ada {number} timer berjalan. Sisanya {list}.",
    "{number} timers, the next in {left}.": "{number} timer, yang berikutnya {left} lagi.",
    "Your timer of {length} is cancelled.": "Timer {length} dibatalkan.",
    "{timers} cancelled.": "{timers} dibatalkan.",
    "Your timer of {length} is up.": "Timer {length} sudah selesai.",
    # --- how it speaks
    "I haven't said anything yet.": "Saya belum mengatakan apa pun.",
    "Okay, slower.": "Baik, lebih pelan.",
    "That's as slow as it gets.": "Ini sudah paling pelan.",
    "That's as slow as I can speak.": "Saya tidak bisa bicara lebih pelan lagi.",
    "Okay, faster.": "Baik, lebih cepat.",
    "That's as fast as it gets.": "Ini sudah paling cepat.",
    "That's as fast as I can speak.": "Saya tidak bisa bicara lebih cepat lagi.",
    "Okay, louder.": "Baik, lebih keras.",
    "I'm as loud as I can be. Please turn up the sound of your device.": (
        "Ini sudah paling keras. Silakan besarkan suara perangkat."
    ),
    "That's my loudest. Please turn up your device.": "Ini sudah paling keras. Besarkan suara perangkat.",
    "Okay, quieter.": "Baik, lebih lirih.",
    "I'm as quiet as I can be. Say stop for silence.": "Ini sudah paling lirih. Katakan berhenti supaya diam.",
    "I already keep it as short as I can.": "Jawaban sudah sesingkat mungkin.",
    "Okay, short answers from now on.": "Baik, mulai sekarang jawaban singkat.",
    "That's all I can say about it.": "Hanya itu yang bisa saya katakan.",
    "There's nothing to say more about. Ask me something first.": (
        "Belum ada yang bisa dilanjutkan. Tanyakan sesuatu dulu."
    ),
    "Okay, I'll say more from now on.": "Baik, mulai sekarang jawaban lebih lengkap.",
    "There is nothing to go on with.": "Tidak ada yang perlu dilanjutkan.",
    "That was all. I said: {text}": "Itu saja. Saya bilang: {text}",
    "I don't think I said {words}.": "Rasanya saya tidak mengatakan {words}.",
    "Nothing more: that was the end.": "Tidak ada lagi: itu yang terakhir.",
    # --- help, and an example of each skill
    "Ask me something, and I'll say whether I can do it.": "Tanyakan sesuatu, nanti saya katakan apakah saya bisa.",
    "You can say {examples}": "Bisa dikatakan {examples}",
    "Say {examples}": "Katakan {examples}",
    "You can also say: {examples}": "Bisa juga: {examples}",
    "Switch the camera on and point it at things.": "Nyalakan kamera dan arahkan ke benda.",
    "Say more for the rest.": "Katakan lebih lanjut untuk sisanya.",
    "What do you see?": "Apa yang kamu lihat?",
    "Read the text.": "Baca tulisannya.",
    "Spell that.": "Eja itu.",
    "Digit by digit.": "Angka demi angka.",
    "What colour is this?": "Ini warna apa?",
    "Do these match?": "Apakah ini cocok?",
    "Is there a code?": "Ada kode?",
    "How bright is it?": "Seberapa terang?",
    "Is anyone there?": "Ada orang?",
    "Where did I put my keys?": "Di mana kunci saya?",
    "Tell me when you see exit.": "Kabari kalau kamu lihat kata keluar.",
    "Stop looking.": "Berhenti mencari.",
    "Describe as we go.": "Jelaskan sambil jalan.",
    "What did you read before?": "Apa yang kamu baca sebelumnya?",
    "Is it the same as before?": "Apa ini sama seperti sebelumnya?",
    "Remember this.": "Ingat ini.",
    "What did I ask you to remember?": "Apa yang saya minta kamu ingat?",
    "Forget that.": "Lupakan itu.",
    "This is my blue folder.": "Ini map biru saya.",
    "Which of my things is this?": "Ini benda saya yang mana?",
    "What time is it?": "Jam berapa?",
    "What day is it?": "Hari apa sekarang?",
    "Set a timer for five minutes.": "Pasang timer lima menit.",
    "How long is left on the timer?": "Sisa timer berapa?",
    "Cancel the timer.": "Batalkan timer.",
    "Repeat that.": "Ulangi.",
    "Slower.": "Lebih pelan.",
    "Faster.": "Lebih cepat.",
    "Louder.": "Lebih keras.",
    "Quieter.": "Lebih lirih.",
    "Shorter.": "Lebih singkat.",
    "Tell me more.": "Lebih lanjut.",
    "Speak Indonesian.": "Bicara bahasa Inggris.",
    "Stop.": "Berhenti.",
    "Wait.": "Tunggu.",
    "Go on.": "Lanjutkan.",
    "What did you say after that?": "Apa katamu setelah itu?",
    "What can I say?": "Apa yang bisa saya katakan?",
    "Thank you.": "Terima kasih.",
    "How are you?": "Apa kabar?",
    "Who are you?": "Kamu siapa?",
    "Yes.": "Ya.",
    "No.": "Tidak.",
    "Well done.": "Bagus sekali.",
    "What's the weather?": "Bagaimana cuaca?",
    # --- apps
    "I'm here. What would you like to know?": "Saya di sini. Apa yang ingin diketahui?",
    "Done.": "Selesai.",
    "yes": "ya",
    "no": "tidak",
    "{list}, and {number} more": "{list}, dan {number} lainnya",
    "That did not work: {reason}": "Itu tidak berhasil: {reason}",
    "Which {what} for {about}?": "{what} apa untuk {about}?",
    "Which {what} for {about}: {choices}?": "{what} apa untuk {about}: {choices}?",
    "Picture {number}:": "Gambar {number}:",
}
