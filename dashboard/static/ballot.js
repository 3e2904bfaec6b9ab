// The phone's side of a question: a token from the room, a vote that is sent until it is acknowledged, news as they come.
// Everything works without this file as well, by plain forms. "Received" is said only when the server has said so.
(() => {
  "use strict";

  // SHA-256 of a short text; a page over plain http on a LAN has no crypto.subtle.
  const K = new Uint32Array(64);
  const START = new Uint32Array(8);
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    const fraction = (root) => Math.floor((root - Math.floor(root)) * 4294967296);
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    K[found++] = fraction(Math.cbrt(n));
  }
  const W = new Uint32Array(64);
  function block(state) {
    for (let i = 16; i < 64; i++) {
      const x = W[i - 15], y = W[i - 2];
      W[i] = W[i - 16] + W[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3)
        + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + W[i] | 0;
      const two = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }
  function sha256(text) {
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array((bytes.length + 72) & ~63);
    padded.set(bytes);
    padded[bytes.length] = 128;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, bytes.length * 8);
    const state = START.slice();
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 16; i++) W[i] = view.getUint32(at + 4 * i);
      block(state);
    }
    return state;
  }
  // Leading zero bits of the digest of `prefix` and a number, for prefixes that leave the whole in one block.
  function trier(prefix) {
    const bytes = new Uint8Array(64), view = new DataView(bytes.buffer), state = new Uint32Array(8);
    bytes.set(new TextEncoder().encode(prefix));
    return (nonce) => {
      const digits = String(nonce), end = prefix.length + digits.length;
      for (let n = 0; n < digits.length; n++) bytes[prefix.length + n] = digits.charCodeAt(n);
      bytes[end] = 128;
      view.setUint16(62, end * 8);
      for (let i = 0; i < 16; i++) W[i] = view.getUint32(4 * i);
      state.set(START);
      block(state);
      return zeros(state);
    };
  }
  const zeros = (state) => {
    let n = 0;
    for (const word of state) {
      n += Math.clz32(word);
      if (word) break;
    }
    return n;
  };

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const post = async (path, fields) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 10000);
    try {
      return await fetch(path, {
        method: "POST", body: new URLSearchParams(fields), headers: { accept: "application/json" },
        credentials: "same-origin", signal: stop.signal,
      });
    } finally {
      clearTimeout(timer);
    }
  };
  const wait = (tries) => Promise.race([
    pause(Math.min(5000, 300 * 2 ** tries) * (0.75 + Math.random() / 2)),
    new Promise((done) => addEventListener("online", done, { once: true })),
  ]);

  // A token: work on the room's challenge in slices, so that the page stays quick.
  let joined = null;
  async function solve(challenge, bits, from) {
    const tried = trier(`${challenge}:`);
    for (let nonce = from; ; ) {
      const until = performance.now() + 25;
      while (performance.now() < until) {
        for (let n = 0; n < 64; n++, nonce++) if (tried(nonce) >= bits) return nonce;
      }
      await pause(0);
    }
  }
  async function join(code) {
    let sent = {}, challenge = "", nonce = -1;
    for (let tries = 0; ; tries++) {
      try {
        const answer = await post(`/r/${code}/in`, sent);
        if (answer.status === 404) return;
        if (answer.ok) {
          const told = await answer.json();
          if (told.known) return;
          for (const question of sending) say(question, words.joining);
          nonce = await solve(told.challenge, told.bits, told.challenge === challenge ? nonce + 1 : 0);
          challenge = told.challenge;
          sent = { bricka: challenge, tal: nonce };
          tries = 0;
          continue;
        }
      } catch { /* tried again */ }
      for (const question of sending) say(question, words.offline);
      await wait(tries);
    }
  }

  // `latest`: the newest sending of each question; an older one stops. `numbers`: changes of mind, counted for the server.
  // `sending`: questions whose answer the server has not told of yet.
  let section = null, words = {}, isKnown = false;
  const sending = new Set();
  const latest = {}, numbers = {};
  const isHere = (question) => section !== null && section.dataset.question === question;
  const say = (question, text) => {
    const place = isHere(question) && section.querySelector(".ikb-said");
    if (place && place.textContent !== text) place.textContent = text;
  };
  const slot = (code, question) => `ikb:${code}:${question}`;
  const keep = (code, question, text) => {
    try {
      if (text === null) sessionStorage.removeItem(slot(code, question));
      else sessionStorage.setItem(slot(code, question), text);
    } catch { /* a private window */ }
  };
  const kept = (code, question) => {
    try {
      return sessionStorage.getItem(slot(code, question));
    } catch {
      return null;
    }
  };

  // Send what was chosen until the server says what became of it, or something newer is sent; also when the page has gone
  // on to another question meanwhile.
  async function send(code, question, fields) {
    const mine = latest[question] = (latest[question] || 0) + 1;
    keep(code, question, fields);
    sending.add(question);
    say(question, isKnown ? words.sending : words.joining);
    for (let tries = 0; mine === latest[question]; tries++) {
      try {
        if (!isKnown) {
          await (joined = joined || join(code));
          isKnown = true;
        }
        if (mine !== latest[question]) return;
        const body = new URLSearchParams(fields);
        body.set("nummer", (numbers[question] || 0) + 1);
        const answer = await post(`/r/${code}/svar`, body);
        if (mine !== latest[question]) return;
        if (answer.status === 401) {
          isKnown = false;
          joined = null;
          continue;
        }
        if (answer.status < 500) {
          const told = await answer.json();
          if (told.number) numbers[question] = told.number;
          if (told.outcome === "stale" && tries < 20) continue;
          if (mine !== latest[question]) return;
          keep(code, question, null);
          sending.delete(question);
          say(question, told.said || "");
          const button = isHere(question) && section.querySelector(".ikb-send");
          if (button && (told.outcome === "stored" || told.outcome === "same")) button.textContent = words.change;
          return;
        }
      } catch { /* tried again */ }
      if (mine !== latest[question]) return;
      say(question, words.offline);
      await wait(tries);
    }
  }

  // Ranking: buttons move an option; its place stands in the select that is sent.
  function ranking(form, question) {
    const list = form.querySelector(".ikb-ranking ol");
    if (!list) return;
    const number_ = () => [...list.children].forEach((item, n) => {
      item.querySelector("select").value = String(n + 1);
      item.querySelector(".ikb-rank-place").textContent = String(n + 1);
      const [up, down] = item.querySelectorAll("button");
      up.setAttribute("aria-disabled", n === 0);
      down.setAttribute("aria-disabled", n === list.children.length - 1);
    });
    for (const item of list.children) {
      const place = document.createElement("span");
      place.className = "ikb-rank-place";
      item.prepend(place);
      for (const [way, label, sign] of [[-1, item.dataset.up, "▲"], [1, item.dataset.down, "▼"]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "ikb-move";
        button.setAttribute("aria-label", label);
        button.textContent = sign;
        button.addEventListener("click", () => {
          const other = way < 0 ? item.previousElementSibling : item.nextElementSibling;
          if (!other) return;
          if (way < 0) list.insertBefore(item, other);
          else list.insertBefore(other, item);
          number_();
          button.focus();
          const at = [...list.children].indexOf(item) + 1;
          say(question, words.moved.replace("{what}", item.dataset.name).replace("{n}", at));
        });
        item.append(button);
      }
    }
    list.closest(".ikb").classList.add("ikb-scripted");
    number_();
  }

  function begin(found) {
    section = found;
    if (!found) return;
    const { code, question } = found.dataset;
    words = JSON.parse(found.dataset.words || "{}");
    numbers[question] = Math.max(numbers[question] || 0, Number(found.dataset.number) || 0);
    isKnown = isKnown || found.dataset.known === "1";
    const form = found.querySelector("form");
    if (!form) return;
    ranking(form, question);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const fields = new URLSearchParams(new FormData(form));
      fields.delete("bricka");
      send(code, question, fields.toString());
    });
    if (!isKnown) joined = joined || join(code);
    const before = kept(code, question);
    if (before) send(code, question, before);
  }

  // News: another question, opened, closed, a result. What somebody is filling in is left alone.
  let asked = 0, pending = null;
  async function fetchSection() {
    const mine = ++asked;
    for (let tries = 0; mine === asked; tries++) {
      try {
        const path = `/r/${section.dataset.code}/fraga?del=1&lang=${document.documentElement.lang}`;
        const answer = await fetch(path, { credentials: "same-origin" });
        if (answer.ok) {
          const holder = document.createElement("div");
          holder.innerHTML = await answer.text();
          if (mine !== asked) return;
          const fresh = holder.querySelector(".ikb");
          const had = section.contains(document.activeElement);
          fresh.dataset.stream = section.dataset.stream;
          section.replaceWith(fresh);
          begin(fresh);
          if (had) {
            fresh.tabIndex = -1;
            fresh.focus({ preventScroll: true });
          }
          return;
        }
      } catch { /* tried again */ }
      await wait(tries);
    }
  }
  function hear(poll) {
    if (!poll || !section || !section.isConnected) return;
    const same = poll.id === section.dataset.question && poll.open === (section.dataset.open === "1");
    const wanted = `${poll.id}|${poll.open}`;
    if (!same) {
      if (pending !== wanted) {
        pending = wanted;
        fetchSection().finally(() => { pending = null; });
      }
      return;
    }
    if (poll.results === undefined) {
      look();
      return;
    }
    const place = section.querySelector(".ikb-results");
    if (place && place.dataset.held !== poll.results) {
      place.dataset.held = poll.results;
      place.innerHTML = poll.results;
    }
  }
  document.addEventListener("inkarta-news", (event) => hear(event.detail.poll));
  document.addEventListener("inkarta-scene", () => {
    const found = document.querySelector(".ikb");
    if (found !== section) begin(found);
  });

  // A look now and then, whatever the stream says: the room sees that the phone is still here, and nothing is missed.
  let polling = null, looked = 0;
  async function look() {
    const code = section ? section.dataset.code : document.body.dataset.code;
    if (!code || document.hidden || performance.now() - looked < 1000) return;
    looked = performance.now();
    try {
      const lang = document.documentElement.lang;
      const answer = await fetch(`/r/${code}/lage?lang=${lang}`, { credentials: "same-origin" });
      if (answer.ok) hear((await answer.json()).poll);
    } catch { /* tried again */ }
  }
  setInterval(look, 12000 + 5000 * Math.random());
  document.addEventListener("visibilitychange", look);

  function listen(address) {
    if (!address) return;
    const stream = new EventSource(`${address}?lang=${document.documentElement.lang}`);
    stream.onmessage = (event) => {
      clearInterval(polling);
      polling = null;
      hear(JSON.parse(event.data).poll);
    };
    stream.onerror = () => {
      polling = polling || setInterval(look, 2500);
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => listen(address), 10000);
    };
  }

  const first = document.querySelector(".ikb");
  if (first) {
    begin(first);
    listen(first.dataset.stream);
  }
  window.ikBallot = { begin, sha256, trier };
})();
