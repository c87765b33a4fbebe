"""What is said to guide a hand, and about a page that is gone about."""

SENTENCES = {
    # --- guiding
    "Help me aim.": "Bantu saya mengarahkan kamera.",
    "I'll say where to move the phone. Up is where its top points. Say stop to end it.": (
        "Saya beri tahu ke mana ponsel digeser. Atas adalah arah ujung atasnya. Katakan berhenti untuk mengakhirinya."
    ),
    "Okay.": "Baik.",
    "Got it.": "Sudah dapat.",
    "Not sharp yet. Hold still.": "Belum tajam. Tahan diam.",
    "Hold still.": "Tahan diam.",
    "I don't see it yet. Move back a little.": "Saya belum melihatnya. Mundur sedikit.",
    "Still nothing. Turn slowly to the side.": "Belum ada apa-apa. Putar pelan ke samping.",
    "I stopped guiding you. Ask again if you want to try once more.": (
        "Saya berhenti memandu. Minta lagi kalau mau mencoba sekali lagi."
    ),
    "I get no pictures from the camera any more, so I stopped guiding you.": (
        "Tidak ada gambar lagi dari kamera, jadi saya berhenti memandu."
    ),
    "I can't see well enough to guide you right now.": (
        "Saat ini saya tidak bisa melihat dengan cukup baik untuk memandu."
    ),
    "left": "kiri",
    "right": "kanan",
    "up": "atas",
    "down": "bawah",
    "Move back and {way}.": "Mundur dan ke {way}.",
    "Move back.": "Mundur.",
    "Move a lot further back.": "Mundur jauh lagi.",
    "A little back.": "Mundur sedikit.",
    "A little back, {ways}.": "Mundur sedikit, ke {ways}.",
    "A little {ways}.": "Sedikit ke {ways}.",
    "Move {ways}.": "Geser ke {ways}.",
    "Move a lot closer.": "Jauh lebih dekat.",
    "Move closer.": "Lebih dekat.",
    "A little closer.": "Sedikit lebih dekat.",
    "Move a lot closer, {aside}.": "Jauh lebih dekat, ke {aside}.",
    "Move closer, {aside}.": "Lebih dekat, ke {aside}.",
    "A little closer, {aside}.": "Sedikit lebih dekat, ke {aside}.",
    "Tilt its top edge nearer.": "Miringkan tepi atasnya mendekat.",
    "Tilt its bottom edge nearer.": "Miringkan tepi bawahnya mendekat.",
    "Tilt its right edge nearer.": "Miringkan tepi kanannya mendekat.",
    "Tilt its left edge nearer.": "Miringkan tepi kirinya mendekat.",
    "Turn it a little to the right.": "Putar sedikit ke kanan.",
    "Turn it a little to the left.": "Putar sedikit ke kiri.",
    # --- a page
    "Perhaps {text}": "Mungkin {text}",
    "What is the total?": "Berapa totalnya?",
    "That was the end of the page.": "Itu akhir halamannya.",
    "This is the beginning of the page.": "Ini awal halamannya.",
    "I find no headings on this page.": "Saya tidak menemukan judul di halaman ini.",
    "There is no further heading.": "Tidak ada judul lagi.",
    "I can't find a total on it.": "Saya tidak menemukan total di situ.",
    "That is on the page I read before.": "Itu di halaman yang saya baca sebelumnya.",
    "I don't find {words} on this page.": "Saya tidak menemukan {words} di halaman ini.",
    "From which word shall I read?": "Dari kata mana saya baca?",
    "I have not read a page yet. Ask me to read it first.": "Saya belum membaca halaman. Minta saya membacanya dulu.",
}
