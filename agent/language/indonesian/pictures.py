"""What is said of pictures: corrections, text, codes, colours, light, people, what was seen and is looked for."""

SENTENCES = {
    # --- corrections: one action each
    "The camera is off. Press Camera first, then ask again.": (
        "Kamera mati. Tekan Kamera dulu, lalu tanyakan lagi."
    ),
    "I have no picture from the camera yet. Ask again in a moment.": (
        "Belum ada gambar dari kamera. Tanyakan lagi sebentar lagi."
    ),
    "The camera's picture has stopped. Switch the camera off and on again.": (
        "Gambar kamera berhenti. Matikan kamera, lalu nyalakan lagi."
    ),
    "I see one flat surface only. Check that nothing covers the camera.": (
        "Saya hanya melihat satu permukaan rata. Pastikan kamera tidak tertutup."
    ),
    "I see only black. Turn on a light, or check that nothing covers the camera.": (
        "Saya hanya melihat warna hitam. Nyalakan lampu, atau pastikan kamera tidak tertutup."
    ),
    "Something covers part of the camera. Check that no finger is before it.": (
        "Ada yang menutupi sebagian kamera. Pastikan tidak ada jari di depannya."
    ),
    "Glare hides what is there. Tilt the camera, or turn away from the light.": (
        "Silau menutupi yang ada di sana. Miringkan kamera sedikit, atau berpalinglah dari cahaya."
    ),
    "Something covers part of the camera.": "Ada yang menutupi sebagian kamera.",
    "There may be print, but it is too far away to read. Move closer.": (
        "Mungkin ada tulisan, tetapi terlalu jauh untuk dibaca. Dekatkan kamera."
    ),
    "It is too dark. Turn on a light or turn towards the window.": (
        "Terlalu gelap. Nyalakan lampu atau menghadaplah ke jendela."
    ),
    "It is too bright. Turn the camera away from the light.": (
        "Terlalu terang. Jauhkan arah kamera dari cahaya."
    ),
    "The picture is blurred. Hold the camera still, a little further away.": (
        "Gambarnya kabur. Tahan kamera agar diam, sedikit lebih jauh."
    ),
    "The camera is moving. Hold it still for a moment.": "Kamera bergerak. Tahan diam sebentar.",
    "The text is cut off on the left. Move the camera to the left, or back.": (
        "Teksnya terpotong di sebelah kiri. Geser kamera ke kiri, atau mundurkan."
    ),
    "The text is cut off on the right. Move the camera to the right, or back.": (
        "Teksnya terpotong di sebelah kanan. Geser kamera ke kanan, atau mundurkan."
    ),
    "The text is cut off at the top. Move the camera up, or back.": (
        "Teksnya terpotong di bagian atas. Geser kamera ke atas, atau mundurkan."
    ),
    "The text is cut off at the bottom. Move the camera down, or back.": (
        "Teksnya terpotong di bagian bawah. Geser kamera ke bawah, atau mundurkan."
    ),
    "The text is cut off at the edges of the picture. Move the camera back.": (
        "Teksnya terpotong di tepi gambar. Mundurkan kamera."
    ),
    "Something covers part of the text. Check that no finger is before the camera or on the text.": (
        "Ada yang menutupi sebagian teks. Pastikan tidak ada jari di depan kamera atau di atas teks."
    ),
    "Glare hides part of the text. Tilt the camera a little, or turn away from the light.": (
        "Pantulan cahaya menutupi sebagian teks. Miringkan kamera sedikit, atau jauhkan dari cahaya."
    ),
    "cut off": "terpotong",
    "covered": "tertutup",
    "glare": "silau",
    "not sure": "tidak yakin",
    "Something covers part of it.": "Ada yang menutupi sebagiannya.",
    "Glare hides part of it.": "Pantulan cahaya menutupi sebagiannya.",
    "Part of it is cut off on the left.": "Sebagian terpotong di sebelah kiri.",
    "Part of it is cut off on the right.": "Sebagian terpotong di sebelah kanan.",
    "Part of it is cut off at the top.": "Sebagian terpotong di bagian atas.",
    "Part of it is cut off at the bottom.": "Sebagian terpotong di bagian bawah.",
    "Part of it is cut off at the edges of the picture.": "Sebagian terpotong di tepi gambar.",
    "Not all of the total is in view. Move the camera back and ask me to read it again.": (
        "Totalnya tidak terlihat seluruhnya. Mundurkan kamera dan minta saya membacanya lagi."
    ),
    "There is text, but not all of it is in view.": "Ada teks, tetapi tidak semuanya terlihat.",
    "Text, not all in view.": "Teks, tidak semua terlihat.",
    "I see only a plain surface. Move the camera back a little.": (
        "Saya hanya melihat permukaan polos. Mundurkan kamera sedikit."
    ),
    "No picture came with this question. Send one along, then ask again.": (
        "Tidak ada gambar pada pertanyaan ini. Sertakan gambar, lalu tanyakan lagi."
    ),
    "I can't {what} right now.": "Saat ini saya tidak bisa {what}.",
    "The reason is: {error}": "Alasannya: {error}",
    "read text": "membaca teks",
    "read codes": "membaca kode",
    "tell colours": "mengenali warna",
    "compare colours": "membandingkan warna",
    "judge the light": "menilai cahaya",
    "look for people": "mencari orang",
    "look through what I saw": "mencari di antara yang pernah saya lihat",
    # --- places
    "on the left": "di kiri",
    "in the middle": "di tengah",
    "on the right": "di kanan",
    "near": "dekat",
    "far away": "jauh",
    "arrow to the right": "panah ke kanan",
    "arrow to the left": "panah ke kiri",
    "arrow up": "panah ke atas",
    "arrow down": "panah ke bawah",
    # --- what is in view
    "I can tell faces, text, codes, colours and light. To name things I need the laptop profile.": (
        "Saya bisa mengenali wajah, teks, kode, warna, dan cahaya. Untuk menyebut nama benda diperlukan profil laptop."
    ),
    "I can't make out a face, text or a code.": "Saya tidak menemukan wajah, teks, atau kode.",
    "No face, text or code.": "Tidak ada wajah, teks, atau kode.",
    "In the middle it is {colours}.": "Di tengah warnanya {colours}.",
    "In the middle {colours}.": "Di tengah {colours}.",
    "The text says: {text}": "Bunyi teksnya: {text}",
    "{people} faces the camera, {place}.": "{people} menghadap kamera, {place}.",
    "{people} face the camera: {places}.": "{people} menghadap kamera: {places}.",
    "I can see text that says:": "Saya melihat tulisan:",
    "There is text, perhaps:": "Ada tulisan, mungkin:",
    "{text}, and more.": "{text}, dan seterusnya.",
    "Text:": "Tulisan:",
    "Text, perhaps:": "Tulisan, mungkin:",
    "There is a {code}.": "Ada {code}.",
    "A {code}.": "Ada {code}.",
    "There are {codes}.": "Ada {codes}.",
    # --- reading and spelling
    "It says:": "Tertulis:",
    "I am not sure, but it may say:": "Saya tidak yakin, tetapi mungkin tertulis:",
    "Perhaps:": "Mungkin:",
    "perhaps {text}": "mungkin {text}",
    "Text in another script": "Teks dalam aksara lain",
    "There is more.": "Masih ada lagi.",
    "More follows.": "Ada lagi.",
    "There are more.": "Masih ada lainnya.",
    "I am not sure about the words after perhaps.": "Saya tidak yakin dengan kata-kata setelah kata mungkin.",
    "Move closer and hold still, then ask again.": "Dekatkan dan tahan diam, lalu tanyakan lagi.",
    "I can't find any text. Move the camera a little and hold it still.": (
        "Saya tidak menemukan teks. Gerakkan kamera sedikit, lalu tahan diam."
    ),
    "That was all: {lines}, {doubtful} of them unsure.": "Itu saja: {lines}, {doubtful} di antaranya tidak pasti.",
    "none": "tidak ada",
    "I can spell what I have read. Ask me to read something first.": (
        "Saya bisa mengeja yang sudah saya baca. Mintalah saya membaca sesuatu dulu."
    ),
    "I was not sure when I read it.": "Saya tidak yakin waktu membacanya.",
    "There was no number in what I read.": "Tidak ada angka dalam yang saya baca.",
    "point": "titik", "comma": "koma", "dash": "strip", "slash": "garis miring", "colon": "titik dua",
    "percent": "persen", "dollar": "dolar", "euro": "euro", "pound": "pound", "plus": "tambah",
    "number sign": "tanda pagar", "at": "at", "and": "dan", "or": "atau", "underscore": "garis bawah",
    "apostrophe": "apostrof", "bracket": "kurung", "bracket closed": "kurung tutup", "star": "bintang",
    "equals": "sama dengan", "exclamation mark": "tanda seru", "question mark": "tanda tanya",
    "semicolon": "titik koma", "degrees": "derajat",
    # --- colours and light
    "The light itself is {colour}, so colours are not true. Go to daylight or a white lamp.": (
        "Cahayanya sendiri {colour}, jadi warnanya tidak tepat. Pergilah ke cahaya siang atau lampu putih."
    ),
    "The light itself is {colour}, so I can't compare. Go to daylight or a white lamp.": (
        "Cahayanya sendiri {colour}, jadi tidak bisa dibandingkan. Pergilah ke cahaya siang atau lampu putih."
    ),
    "I can't tell one colour. Hold one thing in the middle of the picture.": (
        "Saya tidak bisa memastikan satu warna. Pegang satu benda di tengah gambar."
    ),
    "{share} percent {colour}": "{share} persen {colour}",
    "Of what is in the middle, about {shares}. In lamp light colours can look different.": (
        "Dari yang ada di tengah, kira-kira {shares}. Di bawah lampu, warna bisa tampak berbeda."
    ),
    "It is {colours}.": "Warnanya {colours}.",
    "mostly {colour}, with some {others}": "sebagian besar {colour}, dengan sedikit {others}",
    "Hold the two side by side, one left and one right, close to the camera, in daylight or a white lamp.": (
        "Pegang keduanya berdampingan, satu di kiri dan satu di kanan, dekat kamera, di cahaya siang atau lampu putih."
    ),
    "Hold the two side by side, one left and one right.": (
        "Pegang keduanya berdampingan, satu di kiri dan satu di kanan."
    ),
    "They match: both are {colours}.": "Warnanya cocok: keduanya {colours}.",
    "In lamp light small differences can't be seen.": "Di bawah lampu, perbedaan kecil tidak terlihat.",
    "left {one}, right {other}": "kiri {one}, kanan {other}",
    "both {colours}": "keduanya {colours}",
    "They are close, but not the same: {names}.": "Warnanya mirip, tetapi tidak sama: {names}.",
    "Look again in daylight to be sure.": "Periksa lagi di cahaya siang agar pasti.",
    "They don't match: both are {colours}, but in different shades.": (
        "Warnanya tidak cocok: keduanya {colours}, tetapi beda nuansa."
    ),
    "They don't match: left {one}, right {other}.": "Warnanya tidak cocok: kiri {one}, kanan {other}.",
    "black": "hitam", "dark grey": "abu-abu tua", "grey": "abu-abu", "light grey": "abu-abu muda", "white": "putih",
    "dark red": "merah tua", "red": "merah", "pink": "merah muda", "magenta": "magenta", "orange": "oranye",
    "yellow": "kuning", "light yellow": "kuning muda", "beige": "krem", "brown": "cokelat", "dark brown": "cokelat tua",
    "olive green": "hijau zaitun", "dark green": "hijau tua", "green": "hijau", "light green": "hijau muda",
    "turquoise": "toska", "dark turquoise": "toska tua", "light blue": "biru muda", "blue": "biru",
    "dark blue": "biru tua", "purple": "ungu", "dark purple": "ungu tua", "light purple": "ungu muda",
    "It is almost completely dark": "Hampir gelap gulita",
    "It is very dark": "Sangat gelap",
    "It is dim": "Remang-remang",
    "It is fairly light": "Cukup terang",
    "It is bright": "Terang",
    "It is very bright": "Sangat terang",
    "{light}, or something covers the camera.": "{light}, atau ada yang menutupi kamera.",
    "I see one thing of one colour. Hold the two apart, left and right.": (
        "Saya melihat satu benda berwarna sama. Pisahkan keduanya, kiri dan kanan."
    ),
    "The light is even.": "Cahayanya merata.",
    "I see only one plain surface.": "Saya hanya melihat satu permukaan polos.",
    "Most of the light is on the left.": "Cahaya terbanyak ada di kiri.",
    "Most of the light is on the right.": "Cahaya terbanyak ada di kanan.",
    "Most of the light is above.": "Cahaya terbanyak ada di atas.",
    "Most of the light is below.": "Cahaya terbanyak ada di bawah.",
    "I would say {level} of 100. The camera evens out the light, so this is rough.": (
        "Kira-kira {level} dari 100. Kamera menyeimbangkan cahaya, jadi ini perkiraan kasar."
    ),
    "Where is the window?": "Di mana jendelanya?",
    "The brightest place is on the left.": "Bagian paling terang ada di kiri.",
    "The brightest place is on the right.": "Bagian paling terang ada di kanan.",
    "The brightest place is above.": "Bagian paling terang ada di atas.",
    "The brightest place is below.": "Bagian paling terang ada di bawah.",
    "The brightest place is straight ahead.": "Bagian paling terang ada lurus di depan.",
    "It may be a window, a lamp or something white.": "Itu mungkin jendela, lampu, atau sesuatu yang putih.",
    "To find it by ear, say: let me hear the light. Then turn slowly.": (
        "Untuk mencarinya dengan telinga, katakan: perdengarkan cahayanya. Lalu putar pelan-pelan."
    ),
    "The light is even, so I can't tell where it comes from. Turn slowly and ask again.": (
        "Cahayanya merata, jadi saya tidak tahu dari mana datangnya. Putar pelan-pelan, lalu tanyakan lagi."
    ),
    "The light is even. Turn slowly and ask again.": "Cahayanya merata. Putar pelan-pelan, lalu tanyakan lagi.",
    "It is almost completely dark, or something covers the camera, so I can't tell where a window is.": (
        "Hampir gelap gulita, atau ada yang menutupi kamera, jadi saya tidak tahu di mana jendelanya."
    ),
    "Almost completely dark.": "Hampir gelap gulita.",
    "Let me hear the light.": "Perdengarkan cahayanya.",
    "A higher tone is brighter light. Turn slowly. Say stop to end it.": (
        "Nada yang lebih tinggi berarti lebih terang. Putar pelan-pelan. Katakan berhenti untuk mengakhirinya."
    ),
    "Higher is brighter.": "Lebih tinggi berarti lebih terang.",
    "I tell you how bright it is, of 100, when it changes. Turn slowly. Say stop to end it.": (
        "Saya sebutkan terangnya, dari 100, kalau berubah. Putar pelan-pelan. Katakan berhenti untuk mengakhirinya."
    ),
    "Okay, I tell you the light.": "Baik, saya sebutkan terangnya.",
    "{level} of 100.": "{level} dari 100.",
    "Brighter: {level}.": "Lebih terang: {level}.",
    "Darker: {level}.": "Lebih gelap: {level}.",
    "I stopped telling the light. Ask again if you still need it.": (
        "Saya berhenti menyebutkan cahaya. Minta lagi kalau masih perlu."
    ),
    "I get no pictures from the camera any more, so I stopped telling the light.": (
        "Tidak ada gambar lagi dari kamera, jadi saya berhenti menyebutkan cahaya."
    ),
    # --- people
    "No one that I can see facing the camera.": "Saya tidak melihat siapa pun yang menghadap kamera.",
    "I see no face.": "Saya tidak melihat wajah.",
    "I only find faces that are turned to the camera. I would miss someone turned away, far off or in the dark.": (
        "Saya hanya menemukan wajah yang menghadap kamera. Orang yang membelakangi, jauh, atau dalam gelap bisa "
        "terlewat."
    ),
    "{number} person": "{number} orang",
    "{number} people": "{number} orang",
    # --- codes
    "I can't find a code. Turn the thing slowly, a hand's length from the camera.": (
        "Saya tidak menemukan kode. Putar bendanya pelan-pelan, sejengkal dari kamera."
    ),
    "There is a bar code, but I am not sure of its number. Hold it still, a little closer.": (
        "Ada kode batang, tetapi saya tidak yakin nomornya. Tahan diam, sedikit lebih dekat."
    ),
    "I see {number} codes.": "Saya melihat {number} kode.",
    "QR code": "kode QR",
    "bar code": "kode batang",
    "code": "kode",
    "I have no list of products, so I can't name it.": (
        "Tidak ada daftar produk, jadi saya tidak bisa menyebut namanya."
    ),
    "It is not in my list of products, so I can't name it.": (
        "Nomor ini tidak ada di daftar produk saya, jadi saya tidak bisa menyebut namanya."
    ),
    "I can't look it up in my list of products right now.": (
        "Saat ini saya tidak bisa mencarinya di daftar produk saya."
    ),
    "I have no list of books, so I can't name it.": "Tidak ada daftar buku, jadi saya tidak bisa menyebut judulnya.",
    "It is not in my list, so I can't name it.": (
        "Nomor ini tidak ada di daftar saya, jadi saya tidak bisa menyebut judulnya."
    ),
    "I can't look it up in my list right now.": "Saat ini saya tidak bisa mencarinya di daftar saya.",
    "A book: {name}, by {author}.": "Buku: {name}, karya {author}.",
    "A book: {name}.": "Buku: {name}.",
    "{name}, by {brand}": "{name}, dari {brand}",
    "{times} times {amount}": "{times} kali {amount}",
    "Its number is {number}.": "Nomornya {number}.",
    "A book. Its number is {number}.": "Sebuah buku. Nomornya {number}.",
    "A book: {number}.": "Buku: {number}.",
    "A product code: {number}.": "Kode produk: {number}.",
    "Product code {number}.": "Kode produk {number}.",
    "A {kind} with {what}.": "Sebuah {kind} berisi {what}.",
    "A {kind} that says: {text}": "Sebuah {kind} bertuliskan: {text}",
    "A {kind} that holds nothing that can be said.": "Sebuah {kind} yang isinya tidak bisa diucapkan.",
    "An unreadable {kind}.": "Sebuah {kind} yang tidak terbaca.",
    "a link to {host}": "tautan ke {host}",
    "an unreadable address": "alamat yang tidak terbaca",
    "I don't open links.": "Saya tidak membuka tautan.",
    "There is a link in it, which I don't open.": "Di dalamnya ada tautan, yang tidak saya buka.",
    "The whole address is {address}": "Alamat lengkapnya {address}",
    "the Wi-Fi network {name}": "jaringan Wi-Fi {name}",
    "Wi-Fi network {name}": "jaringan Wi-Fi {name}",
    "Say more for the password.": "Katakan lebih lanjut untuk kata sandinya.",
    "The password is {password}": "Kata sandinya {password}",
    "It has no password.": "Tidak ada kata sandi.",
    "a contact: {name}": "kontak: {name}",
    "{contact}, with {parts}": "{contact}, dengan {parts}",
    "no name": "tanpa nama",
    "the phone number {number}": "nomor telepon {number}",
    "the mail address {address}": "alamat email {address}",
    "a calendar entry": "acara kalender",
    "a calendar entry named {title}": "acara kalender bernama {title}",
    "a secret for two-step login": "rahasia untuk masuk dua langkah",
    "I don't say it aloud.": "Saya tidak mengucapkannya.",
    "a bank payment": "pembayaran bank",
    "a bank payment to {name}": "pembayaran bank kepada {name}",
    "someone": "seseorang",
    "a phone number: {number}": "nomor telepon: {number}",
    "a mail address: {address}": "alamat email: {address}",
    "a mail to {name}": "email kepada {name}",
    "a text message to {number}": "pesan singkat ke {number}",
    "a place on the map": "tempat di peta",
    "a place on the map: {place}": "tempat di peta: {place}",
    "a payment": "pembayaran",
    "a payment in {currency}": "pembayaran dalam {currency}",
    "It holds: {text}": "Isinya: {text}",
    "All of it: {text}": "Selengkapnya: {text}",
    # --- what was seen, and what is looked for
    "What shall I look for?": "Apa yang harus saya cari?",
    "I haven't seen {thing} since the camera was on.": "Saya belum melihat {thing} sejak kamera menyala.",
    "I haven't seen {thing}.": "Saya belum melihat {thing}.",
    "I saw {thing} {when}.": "Saya melihat {thing} {when}.",
    "I may have seen {thing} {when}. I'm not sure.": "Mungkin saya melihat {thing} {when}. Saya tidak yakin.",
    "{when}, near {things}": "{when}, di dekat {things}",
    "just now": "baru saja",
    "{length} ago": "{length} yang lalu",
    "about {length} ago": "sekitar {length} yang lalu",
    "Which words shall I look for? Say for example: tell me when you see exit.": (
        "Kata apa yang harus saya cari? Katakan misalnya: kabari kalau kamu lihat kata keluar."
    ),
    "Which words shall I look for?": "Kata apa yang harus saya cari?",
    "I'm looking for {words}. Turn slowly. Say stop looking to end it.": (
        "Saya mencari {words}. Berputarlah pelan-pelan. Katakan berhenti mencari untuk mengakhirinya."
    ),
    "Looking for {words}.": "Mencari {words}.",
    "Okay, I stopped looking.": "Baik, saya berhenti mencari.",
    "The camera is off, so I stopped looking.": "Kamera mati, jadi saya berhenti mencari.",
    "I get no pictures from the camera any more, so I stopped looking for {words}.": (
        "Tidak ada gambar lagi dari kamera, jadi saya berhenti mencari {words}."
    ),
    "I see {words}, {place}.": "Saya melihat {words}, {place}.",
    "I may see {words}, {place}.": "Mungkin saya melihat {words}, {place}.",
    "now {place}": "sekarang {place}",
    "I can't read text right now, so I stopped looking for {words}.": (
        "Saat ini saya tidak bisa membaca teks, jadi saya berhenti mencari {words}."
    ),
    "I stopped looking for {words}. Ask again if you still need it.": (
        "Saya berhenti mencari {words}. Minta lagi kalau masih perlu."
    ),
}  # fmt: skip
