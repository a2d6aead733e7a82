"""Both families of algorithms give the answers their standards print, and keep what they once wrote readable."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lianfang.core.ciphers import SUITES, Commercial, Damaged, International

hexed = bytes.fromhex
SECRET = bytes(range(32))
PLACE = b"people_person.phone"
PHONE = b"+8613812345678"


def test_sm3_of_abc_is_that_of_the_standard() -> None:
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize() == hexed("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")


def test_sm4_gives_the_first_example_of_gb_t_32907() -> None:
    key = hexed("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 (the standard's example is one block)
    assert encryptor.update(key) + encryptor.finalize() == hexed("681edf34d206965e86b3e94f536e4246")


def test_sm4_gcm_opens_the_example_of_rfc_8998() -> None:
    suite = Commercial(SECRET)
    suite._key = algorithms.SM4(hexed("0123456789abcdeffedcba9876543210"))
    plain = hexed("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8)
    sealed = (
        "00001234567800000000abcd"
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert suite.open(hexed(sealed), hexed("feedfacedeadbeeffeedfacedeadbeefabaddad2")) == plain


def test_aes_gcm_opens_the_example_of_the_gcm_specification() -> None:
    suite = International(SECRET)
    suite._aead = AESGCM(hexed("feffe9928665731c6d6a8f9467308308" * 2))
    plain = (
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    sealed = (
        "cafebabefacedbaddecaf888"
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )
    assert suite.open(hexed(sealed), hexed("feedfacedeadbeeffeedfacedeadbeefabaddad2")) == hexed(plain)


def test_the_keyed_digests_are_those_of_rfc_4231_and_gm_t_0042() -> None:
    message = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2
    commercial, international = Commercial(SECRET), International(SECRET)
    commercial._mac, international._mac = bytes(range(1, 33)), b"Jefe"
    assert commercial.mac(message).hex() == "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a"
    assert (
        international.mac(b"what do ya want for nothing?").hex()
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


@pytest.mark.parametrize(
    ("suite", "sealed", "digest"),
    [
        (
            "intl",
            "000102030405060708090a0bef22aac97dd9ff8f610d5ffa8ecd685bf744b3e54fbe0a39f67cd7cf6a7e",
            "719e557bf889ccf6343085af4be98f288f4daf2bcd971a59bd3a1b1ed2ce2e8c",
        ),
        (
            "sm",
            "000102030405060708090a0b63d58d60fbcc2ee2ca246c656f92137128c2a246a52f7be0f3b5f20a8025",
            "8787e0a155a7877c29da733b6d3d03d05419513056b643f049a5fbc579afa22b",
        ),
    ],
)
def test_what_was_written_once_stays_readable_and_findable(suite: str, sealed: str, digest: str) -> None:
    cipher = SUITES[suite](SECRET)
    assert cipher.open(hexed(sealed), PLACE) == PHONE
    assert cipher.digest(b"index phone", b"13812345678") == hexed(digest)


@pytest.mark.parametrize("suite", SUITES)
def test_equal_values_look_different_and_open_alike(suite: str) -> None:
    cipher = SUITES[suite](SECRET)
    one, other = cipher.seal(PHONE, PLACE), cipher.seal(PHONE, PLACE)
    assert one != other
    assert PHONE not in one
    assert cipher.open(one, PLACE) == cipher.open(other, PLACE) == PHONE
    assert cipher.open(cipher.seal(b"", PLACE), PLACE) == b""


@pytest.mark.parametrize("suite", SUITES)
def test_every_changed_bit_is_noticed(suite: str) -> None:
    cipher = SUITES[suite](SECRET)
    sealed = cipher.seal(PHONE, PLACE)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(Damaged):
            cipher.open(bytes(changed), PLACE)


@pytest.mark.parametrize("suite", SUITES)
def test_a_cut_value_is_noticed_wherever_it_is_cut(suite: str) -> None:
    cipher = SUITES[suite](SECRET)
    sealed = cipher.seal(PHONE, PLACE)
    for length in range(len(sealed)):
        with pytest.raises(Damaged):
            cipher.open(sealed[:length], PLACE)


@pytest.mark.parametrize("suite", SUITES)
def test_a_value_opens_only_in_its_own_column_and_under_its_own_key(suite: str) -> None:
    cipher = SUITES[suite](SECRET)
    sealed = cipher.seal(PHONE, PLACE)
    with pytest.raises(Damaged):
        cipher.open(sealed, b"people_guardian.phone")
    with pytest.raises(Damaged):
        SUITES[suite](bytes(32)).open(sealed, PLACE)


@pytest.mark.parametrize("suite", SUITES)
def test_digests_of_different_uses_and_keys_differ(suite: str) -> None:
    cipher, other = SUITES[suite](SECRET), SUITES[suite](bytes(32))
    digests = [cipher.digest(b"index phone", b"1"), cipher.digest(b"audit", b"1"), other.digest(b"index phone", b"1")]
    assert len(set(digests)) == 3
    assert {len(digest) for digest in digests} == {32}


def test_the_two_families_do_not_open_each_others_values() -> None:
    sealed = International(SECRET).seal(PHONE, PLACE)
    with pytest.raises(Damaged):
        Commercial(SECRET).open(sealed, PLACE)
