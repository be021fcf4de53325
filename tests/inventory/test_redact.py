"""Masking of secrets: what must go, what must stay, and what hostile text may cost."""

import pytest

from inventory import redact as room
from inventory.redact import redact, redact_tree, remember

MUST_GO = [
    "username storenet-rw privilege 15 secret 5 {}",
    "username storenet-ro password 0 {}",
    "username bob secret {}",
    "enable secret 9 {}",
    "username admin privilege 15 role network-admin secret sha512 {}",
    "enable password sha512 {}",
    "enable password level 7 7 {}",
    "s001-edge(config-line)#password 7 {}",
    " password {}",
    "snmp-server community {} RO 10",
    "snmp-server host 192.0.2.1 version 2c {}",
    "snmp-server host 192.0.2.1 {}",
    "snmp-server user ops group v3 auth sha {} priv aes 128 other",
    "snmp-server user ops group v3 auth sha other priv aes 128 {}",
    "  key-string 7 {}",
    "tacacs-server host 192.0.2.1 key 7 {}",
    "radius-server key {}",
    " key 7 {}",
    "crypto isakmp key {} address 192.0.2.1",
    "pre-shared-key local 0 {}",
    "wpa-psk ascii 0 {}",
    "neighbor 192.0.2.1 password 7 {}",
    "ip ospf message-digest-key 1 md5 7 {}",
    "ntp authentication-key 1 md5 {} 7",
    "ppp chap password 0 {}",
    "https://user:{}@netbox.example/api",
    "Authorization: Token {}",
    "authorization=Bearer {}",
    "Bearer {}",
    '"password": "{}"',
    "api_key={}",
    "refresh_token: {}",
    "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----\n{}",
]
MUST_STAY = [
    "service password-encryption",
    "the switch is off; no password was asked for",
    "aaa authentication login default local enable",
    "interface GigabitEthernet0/0\n ip address dhcp\n no shutdown",
    "snmp-server location Harbour Street",
    "crypto key generate rsa modulus 2048",
    "ip ssh version 2",
    "2026-11-20 14:03:07 s001-0001 token=7",
    "http://127.0.0.1:8080/incidents/s001-0001",
]


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(room, "_remembered", room._Remembered())


@pytest.mark.parametrize("line", MUST_GO)
@pytest.mark.parametrize("around", ["{}", "show run\n{}\nend", "s001-edge#\n{}\r\n"])
def test_a_secret_goes_wherever_its_line_stands(line, around):
    told = redact(around.format(line.format("Zx9Hunter22")))
    assert "Zx9Hunter22" not in told
    assert "***" in told


@pytest.mark.parametrize("line", MUST_STAY)
def test_what_is_no_secret_stays(line):
    assert redact(line) == line


def test_the_words_around_a_secret_stay():
    assert redact("username rw privilege 15 secret 5 $1$a/b") == "username rw privilege 15 secret 5 ***"
    assert redact("snmp-server community abc RO 10") == "snmp-server community *** RO 10"


@pytest.mark.parametrize("written", ["{}", "x{}y", "'{}'", "login failed for {}."])
def test_a_remembered_value_goes_anywhere(written):
    remember("p@ss/word 1")
    assert redact(written.format("p@ss/word 1")) == written.format("***")


def test_a_remembered_value_goes_in_every_form():
    remember('quo"te & slash/1')
    assert redact("quo%22te%20%26%20slash%2F1") == "***"
    assert redact('quo\\"te & slash/1') == "***"
    remember("first line of key\nsecond line of key\n")
    assert redact("got second line of key") == "got ***"


def test_a_short_value_does_not_eat_other_words():
    remember("cisco")
    assert redact("cisco_ios on cisco, ciscos") == "cisco_ios on ***, ciscos"
    remember("abc")
    remember("")
    assert redact("abc abcd") == "abc abcd"


def test_the_longest_remembered_value_wins():
    remember("secretword")
    remember("secretword-longer")
    assert redact("secretword-longer secretword") == "*** ***"


def test_a_tree_is_masked_by_key_and_by_text():
    tree = {
        "password": "a",
        "Authorization": ["b"],
        "api_key": {"x": 1},
        "token": "t",
        "snmp_community": b"c",
        "tokens": 3,
        "enabled": True,
        "none": None,
        "place": ("s001", "enable secret 0 d"),
        "raw": b"ok",
        "odd": ValueError("enable secret 0 e"),
    }
    assert redact_tree(tree) == {
        "password": "***",
        "Authorization": "***",
        "api_key": "***",
        "token": "***",
        "snmp_community": "***",
        "tokens": 3,
        "enabled": True,
        "none": None,
        "place": ["s001", "enable secret 0 ***"],
        "raw": "ok",
        "odd": "enable secret 0 ***",
    }
    assert redact_tree({"token": 7}) == {"token": 7}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["username a ", "snmp-server host ", "-----BEGIN ", "a" * 50, "tacacs ", " ", "://a:", "password", "#"]
)
def test_hostile_text_costs_no_more_than_its_length(piece):
    redact(piece * (200_000 // len(piece)))
