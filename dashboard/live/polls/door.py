"""Who may vote: a signed token a phone, cheap for a hall and dear for one phone that pretends to be many.

A token costs a proof of work. Phones behind one address with the same browser and language are of one *kind*; what the
next of a kind costs rises with how fast the kind comes, and with how many of it came and were gone at once. In a hall
the phones stay: each that follows the room is seen every few seconds. One phone that clears its cookies leaves a trail
of tokens that nobody holds. Nobody with a working browser is refused; it only takes longer. All of this is in memory,
by keyed digests; no address is written down.

A token is worked out from the challenge that it answers, so that asking twice gives the same one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

BITS: Final = 12
MOST_BITS: Final = 24
"""The least and most work: 4,096 hashes (some 20 ms on a phone), 16.8 million (tens of seconds)."""
MINUTE, GONE_AFTER, SHORT_LIFE, MEMORY = 60.0, 20.0, 60.0, 600.0  # seconds
SLACK: Final = 2
"""So many bits the price may have risen while a phone was at work."""
OLDEST_CHALLENGE: Final = 12 * 3600
_NONCE_LENGTH: Final = 20


@dataclass
class _Token:
    kind: bytes
    issued: float
    seen: float


@dataclass
class _Room:
    tokens: dict[str, _Token] = field(default_factory=dict)
    kinds: defaultdict[bytes, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    without_script: defaultdict[bytes, deque[tuple[float, str]]] = field(default_factory=lambda: defaultdict(deque))


@dataclass(frozen=True)
class Phone:
    """What tells phones apart, as far as anything does: keyed digests of the address, and of address and browser."""

    address: bytes
    kind: bytes


class Door:
    """The door of every room in this process. ``key`` signs; it is the same in every process and after a restart."""

    def __init__(self, key: bytes, clock: Callable[[], float] = time.monotonic) -> None:
        self._key, self._clock = key, clock
        self._own = secrets.token_bytes(32)
        self._rooms: defaultdict[str, _Room] = defaultdict(_Room)

    def phone(self, address: str, agent: str, languages: str) -> Phone:
        """Whom a request comes from; the digests mean nothing outside this process."""
        kind = "\0".join((address, agent, languages))
        return Phone(*(hashlib.blake2b(t.encode(), key=self._own, digest_size=12).digest() for t in (address, kind)))

    def challenge(self, code: str, now: float | None = None) -> str:
        """Something to work on, which holds for some hours in one room."""
        text = f"{_text(secrets.token_bytes(9))}.{int(time.time() if now is None else now):x}"
        return f"{text}.{self._sign('challenge', code, text)}"

    def bits(self, code: str, phone: Phone, expected: int) -> int:
        """Leading zero bits that the next token of a kind costs just now."""
        at, room = self._clock(), self._rooms[code]
        self._forget(room, at)
        mine = [room.tokens[each] for each in room.kinds.get(phone.kind, ())]
        fast = sum(one.issued > at - MINUTE for one in mine)
        gone = sum(one.seen < at - GONE_AFTER and one.seen - one.issued < SHORT_LIFE for one in mine)
        over = max(0, len(room.tokens) - 2 * expected)
        return min(MOST_BITS, BITS + min(8, fast // 16) + gone // 2 + over // 16)

    def enter(self, code: str, challenge: str, nonce: str, phone: Phone, expected: int) -> str | int | None:
        """The token for a challenge that was worked on; how many bits it costs where that was too little.

        None when the challenge is not ours or is too old.
        """
        if not self._is_ours(code, challenge) or not 0 < len(nonce) <= _NONCE_LENGTH:
            return None
        token = self._token(code, challenge)
        room = self._rooms[code]
        if token not in room.tokens:
            wanted = self.bits(code, phone, expected)
            if worked(challenge, nonce) < max(BITS, wanted - SLACK):
                return wanted
            self._issue(room, token, phone.kind)
        return token

    def enter_without_script(self, code: str, challenge: str, phone: Phone, expected: int) -> str | None:
        """The token for a challenge that nobody worked on: a few an address and hour, for phones without JavaScript.

        None when they are used up, or the challenge is not ours.
        """
        if not self._is_ours(code, challenge):
            return None
        at, room = self._clock(), self._rooms[code]
        token = self._token(code, challenge)
        given = room.without_script[phone.address]
        while given and given[0][0] < at - 3600:
            given.popleft()
        if token in room.tokens or any(each == token for _, each in given):
            return token
        if len(given) >= max(5, expected // 20):
            return None
        given.append((at, token))
        return token

    def cookie(self, code: str, token: str) -> str:
        """A token as the phone keeps it."""
        return f"{token}.{self._sign('voter', code, token)}"

    def token_of(self, code: str, cookie: str) -> str:
        """The token in a phone's cookie, "" when it is none of this room's."""
        token, _, signature = cookie.partition(".")
        is_signed = hmac.compare_digest(signature.encode(), self._sign("voter", code, token).encode())
        return token if is_signed else ""

    def seen(self, code: str, token: str) -> None:
        """A phone is still here."""
        known = self._rooms[code].tokens.get(token) if code in self._rooms else None
        if known is not None:
            known.seen = self._clock()

    def _issue(self, room: _Room, token: str, kind: bytes) -> None:
        at = self._clock()
        room.tokens[token] = _Token(kind, at, at)
        room.kinds[kind].append(token)

    @staticmethod
    def _forget(room: _Room, at: float) -> None:
        for kind in list(room.kinds):
            line = room.kinds[kind]
            while line and room.tokens[line[0]].issued < at - MEMORY:
                del room.tokens[line.popleft()]
            if not line:
                del room.kinds[kind]

    def _is_ours(self, code: str, challenge: str) -> bool:
        text, _, signature = challenge.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign("challenge", code, text).encode()):
            return False
        return time.time() - int(text.rpartition(".")[2], 16) < OLDEST_CHALLENGE

    def _token(self, code: str, challenge: str) -> str:
        return _text(hmac.digest(self._key, f"token|{code}|{challenge}".encode(), "sha256")[:18])

    def _sign(self, what: str, code: str, text: str) -> str:
        return _text(hmac.digest(self._key, f"{what}|{code}|{text}".encode(), "sha256")[:12])


def worked(challenge: str, nonce: str) -> int:
    """Leading zero bits of SHA-256 over ``challenge:nonce``."""
    found = int.from_bytes(hashlib.sha256(f"{challenge}:{nonce}".encode()).digest(), "big")
    return 256 - found.bit_length()


def work(challenge: str, bits: int, start: int = 0) -> int:
    """The first nonce from ``start`` on that is worth so many bits; what a phone does in its browser."""
    nonce, before = start, hashlib.sha256(f"{challenge}:".encode())
    while True:
        one = before.copy()
        one.update(b"%d" % nonce)
        if int.from_bytes(one.digest()[:8], "big") >> (64 - bits) == 0:
            return nonce
        nonce += 1


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
