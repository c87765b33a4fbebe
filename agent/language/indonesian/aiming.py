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
    "a little back": "mundur sedikit",
    "back": "mundur",
    "much further back": "mundur jauh",
    "a little closer": "mendekat sedikit",
    "closer": "mendekat",
    "much closer": "mendekat jauh",
    "a little {ways}": "sedikit ke {ways}",
    "much further {ways}": "jauh ke {ways}",
    "Tilt its top edge nearer.": "Miringkan tepi atasnya mendekat.",
    "Tilt its bottom edge nearer.": "Miringkan tepi bawahnya mendekat.",
    "Tilt its right edge nearer.": "Miringkan tepi kanannya mendekat.",
    "Tilt its left edge nearer.": "Miringkan tepi kirinya mendekat.",
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
