"""Invented customers and browsers: names of many scripts, addresses that cannot exist."""

CUSTOMERS = (
    ("Anna Keller", "anna.keller@example.com"),
    ("José Núñez", "jose.nunez@example.com"),
    ("Zoë O'Brien", "zoe.obrien@mail.example.com"),
    ("Łukasz Żak", "lukasz.zak@example.org"),
    ("Søren Ågård", "soren.agard@example.net"),
    ("Maria Papadopoulou", "maria.p@example.org"),
    ("山田 花子", "hanako.yamada@example.com"),
    ("Олена Шевченко", "olena+shop@example.com"),
    ("Tom Baker", "tom.baker@mail.example.com"),
    ("Priya Raman", "priya.raman@example.net"),
    ("Chloé Dubois", "chloe_dubois@example.com"),
    ("Giulia Rossi", "giulia.rossi@example.org"),
    ("Jan de Vries", "jan.de.vries@example.com"),
    ("Fatima Zahra", "fatima.zahra@example.net"),
    ("Ulla Lind", "ulla.lind@mail.example.org"),
    ("Peter Huber", "p.huber77@example.com"),
    ("Ines Sousa", "ines.sousa@example.com"),
    ("Kim Nguyen", "kim.nguyen@example.net"),
    ("Eoin Walsh", "eoin.walsh@example.org"),
    ("Marta Nowak", "marta.nowak@example.com"),
    ("Ali Demir", "ali.demir@mail.example.com"),
    ("Noah Berg", "noah.berg@example.net"),
    ("Lucía Gómez", "lucia.gomez@example.com"),
    ("Grace Okafor", "grace.okafor@example.org"),
)
"""Pairs (name, e-mail address); the domains are reserved for examples (RFC 2606)."""

USER_AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.1 Safari/605.1.15",
    "ShopApp/7.2 (Android 16)",
)

CARD = "4111 1111 1111 1111"
"""A card number that passes the Luhn check and belongs to nobody (the networks' published test number)."""

CARD_DIGITS = CARD.replace(" ", "")
"""The same number as machines write it."""

IBAN = "DE89370400440532013000"
"""An account number with a correct checksum that belongs to nobody (the standard's own example)."""

BEARER_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vLXNob3AifQ.bm90LWEtc2lnbmF0dXJl"
"""A token in the shape of a JWT that no one ever issued."""

PASSWORD = "hunter2-demo"
"""A password that opens nothing; it stands in a connection URL."""

SENSITIVE = {
    "emails": tuple(email for _, email in CUSTOMERS),
    "cards": (CARD, CARD_DIGITS),
    "ibans": (IBAN,),
    "tokens": (BEARER_TOKEN,),
    "passwords": (PASSWORD,),
}
"""Every value planted in the log that must not leave unmasked."""


def client_ip(number: int) -> str:
    """The address of a caller, from the networks reserved for documentation (RFC 5737); any non-negative number."""
    network = ("203.0.113", "198.51.100")[number % 2]
    return f"{network}.{number % 200 + 7}"
