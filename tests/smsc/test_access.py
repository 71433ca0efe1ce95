"""Services, and the names of files as they are sent."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.smsc import Access, KeyAuth, PasswordAuth, Service, clean_file_name


@pytest.mark.parametrize(
    ("text", "name", "base_url", "backup_url"),
    [
        ("smsc.kz", "smsc.kz", "https://smsc.kz", "https://www2.smsc.kz"),
        (" SMSC.kz ", "smsc.kz", "https://smsc.kz", "https://www2.smsc.kz"),
        ("https://smsc.ru/", "smsc.ru", "https://smsc.ru", "https://www2.smsc.ru"),
        ("www.smsc.kz", "www.smsc.kz", "https://www.smsc.kz", "https://www2.smsc.kz"),
        ("www2.smsc.kz", "www2.smsc.kz", "https://www2.smsc.kz", None),
        ("https://own.host/prefix/", "own.host/prefix", "https://own.host/prefix", None),
        ("own.host:8443", "own.host:8443", "https://own.host:8443", None),
        ("https://192.0.2.7", "192.0.2.7", "https://192.0.2.7", None),
        ("http://127.0.0.1:8081", "127.0.0.1:8081", "http://127.0.0.1:8081", None),
        ("http://localhost:1/a/b", "localhost:1/a/b", "http://localhost:1/a/b", None),
        ("http://[::1]:80", "[::1]:80", "http://[::1]:80", None),
        ("смс.кз", "xn--l1ajb.xn--g1af", "https://xn--l1ajb.xn--g1af", None),
    ],
)
def test_services(text: str, name: str, base_url: str, backup_url: str | None) -> None:
    service = Service.parse(text)
    assert (service.name, service.base_url) == (name, base_url)
    if backup_url is not None or not name.startswith("xn--"):
        assert service.backup_url == backup_url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "http://smsc.kz",
        "http://127.0.0.1.example.com",
        "http://2130706433",
        "ftp://smsc.kz",
        "https://",
        "https://user:hunter2@smsc.kz",
        "https://smsc.kz?apikey=1",
        "https://smsc.kz/#part",
        "smsc.kz\n.example",
        "smsc .kz",
        "smsc.kz:port",
        "smsc.kz:99999",
        "https://[::1",
        "https://smsc.kz/../x y",
        "https://smsc.kz\\@example.com",
        "-smsc.kz",
        "smsc..kz",
    ],
)
def test_what_is_no_service(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as caught:
        Service.parse(text)
    assert "hunter2" not in str(caught.value)


@given(st.text(max_size=40) | st.from_regex(r"(https?://)?[a-z0-9.@:/?#\\ \[\]-]{1,30}", fullmatch=True))
def test_any_text_is_a_service_or_an_error(text: str) -> None:
    try:
        service = Service.parse(text)
    except ValueError as problem:
        assert "\n" not in str(problem)  # noqa: PT017  # most texts are an error, some are not
        return
    assert service.base_url.startswith("https://") or any(
        service.base_url.startswith(f"http://{host}") for host in ("127.", "localhost", "[")
    )
    assert Service.parse(service.base_url) == service


def test_who_is_counted() -> None:
    service = Service.parse("smsc.kz")
    one = Access(service, KeyAuth(SecretStr("key-one")))
    assert one.identity == Access(service, KeyAuth(SecretStr("key-one")), "branch").identity
    assert one.identity != Access(service, KeyAuth(SecretStr("key-two"))).identity
    assert one.identity != Access(Service.parse("smsc.ru"), one.auth).identity
    assert "key-one" not in repr(one.identity)
    by_password = Access(service, PasswordAuth("Demo", SecretStr("x")))
    assert by_password.identity == Access(service, PasswordAuth("demo", SecretStr("y"))).identity


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("certificate.pdf", "certificate.pdf"),
        ("Свидетельство на товарный знак.pdf", "Свидетельство на товарный знак.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\docs\\scan.tif", "scan.tif"),
        ("a\r\nContent-Type: x.pdf", "a Content-Type_ x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u200bb\x00c.png", "abc.png"),
        ('say "hi".png', "say _hi_.png"),
        ("CON", "_CON"),
        ("aux.pdf", "_aux.pdf"),
        ("nul.tar.zip", "_nul.tar.zip"),
        ("com1 .jpg", "_com1.jpg"),
        ("LPT².tif", "_LPT².tif"),
        ("console.pdf", "console.pdf"),
        ("", "document"),
        ("...", "document"),
        ("\u202e\u200f", "document"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("x." + "y" * 300, "x." + "y" * 98),
    ],
)
def test_names_of_files(name: str, cleaned: str) -> None:
    assert clean_file_name(name) == cleaned


@given(st.text(max_size=300))
def test_the_name_of_a_file_is_always_harmless(name: str) -> None:
    cleaned = clean_file_name(name)
    assert 0 < len(cleaned) <= 100
    assert not set(cleaned) & set('/\\<>:"|?*')
    assert all(unicodedata.category(each)[0] != "C" for each in cleaned)
    assert not cleaned.startswith(".")
    assert clean_file_name(cleaned) == cleaned
