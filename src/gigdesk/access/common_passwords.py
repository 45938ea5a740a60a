"""Passwords of twelve characters and more that are tried before all others, in lower case.

Short ones need no list: they are refused for their length.
"""

_WORDS = """
password1234 password12345 password123456 passwordpassword mypassword12 mypassword123 mypassword1234
password2024 password2025 password2026 password2027 passw0rd1234 p@ssw0rd1234 p@ssword1234 p@ssword12345
welcome12345 welcome123456 welcome2024! welcome2025! welcome2026! welcome2027! welcomewelcome
123456789012 1234567890123 12345678901234 123456789012345 1234567890123456 0123456789012 012345678901
098765432109 0987654321098 987654321098 9876543210987 123456123456 123123123123 112233445566 123321123321
qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiopas qwertyuiopasdf qwertyuiop[] qwertyqwerty qwerty123456
qwerty12345678 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc
q1w2e3r4t5y6 q1w2e3r4t5y6u7 qazwsxedcrfv qazwsxedc123 zaq12wsxcde3 asdfghjkl123 asdfghjkl;'\\ asdfasdfasdf
zxcvbnm12345 zxcvbnm123456 abcdefghijkl abcdefghijklm abcdefghijklmnop abcdef123456 abcd12345678 abc123456789
abc123abc123 a1b2c3d4e5f6 administrator administrator1 adminadmin12 adminadminadmin admin1234567 admin12345678
administrador letmeinletmein letmein12345 letmein123456 changeme1234 changeme12345 changemechangeme
iloveyou1234 iloveyouforever iloveyouiloveyou iloveyou123456 sunshine1234 princess1234 football1234 baseball1234
dragon123456 monkey123456 superman1234 starwars1234 trustno1trustno1 correcthorsebatterystaple contraseña123
contraseña1234 contraseña12345 contrasena123 contrasena1234 contraseñacontraseña teamomuchisimo marketplace1
marketplace12 marketplace123 gigdeskgigdesk gigdesk12345 gigdesk123456
"""
COMMON = frozenset(word.casefold() for word in _WORDS.split())
