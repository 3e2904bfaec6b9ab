// The stage: every scene is in the document, so a press changes classes and nothing else.

import { Asking, freshen } from "./asking.js";
import { Clock, Room, keys } from "./room.js";

const data = document.body.dataset;
const scenes = [...document.querySelectorAll(".scene")];
const map = document.getElementById("map");
const paths = [...map.querySelectorAll("[data-lan]")];
const black = document.getElementById("black");
const pointed = document.getElementById("pointed");
const codes = document.querySelector(".codes");
const places = scenes.map((scene) => (scene.dataset.places ? JSON.parse(scene.dataset.places) : {}));
const isPreview = Boolean(data.preview);
let asking = null;

function show(state) {
  scenes.forEach((scene, at) => {
    scene.classList.toggle("current", at === state.scene);
    scene.setAttribute("aria-hidden", String(at !== state.scene));
  });
  const scene = scenes[state.scene];
  const values = places[state.scene];
  const isMap = scene.classList.contains("is-map");
  map.classList.toggle("current", isMap);
  if (isMap) for (const path of paths) path.setAttribute("class", values[path.dataset.lan]?.[0] || "missing");
  const chosen = state.highlight || scene.dataset.highlight;
  const outline = paths.find((path) => path.dataset.lan === chosen)?.getAttribute("d") || "";
  for (const id of ["halo", "chosen"]) document.getElementById(id).setAttribute("d", outline);
  for (const bar of scene.querySelectorAll(".bars g[data-lan]")) {
    bar.classList.toggle("chosen", Boolean(bar.dataset.lan) && bar.dataset.lan === chosen);
  }
  const told = chosen && values[chosen];
  pointed.textContent = told ? `${told[1]}: ${told[2]}` : "";
  codes?.classList.toggle("large", scene.classList.contains("is-question"));
  black.hidden = !state.black;
  document.body.dataset.shown = String(state.scene);
  asking?.show();
  if (!data.code && !isPreview) history.replaceState(null, "", `#${state.scene + 1}`);
}

// Under the question's words: how it stands, and the answers once they are shown.
function asked(question, state, words) {
  const box = scenes.find((scene) => scene.classList.contains("current"))?.querySelector(".results");
  if (!question || !box) return;
  const line = box.querySelector(".poll-state");
  if (line.textContent !== words) line.textContent = words;
  line.dataset.open = state.open ? "1" : "";
  box.querySelector(".poll-shown").hidden = !state.shown;
  box.closest(".scene").classList.toggle("answered", state.shown);
  const mark = JSON.stringify([state, asking.revision]);
  if (state.shown && box.dataset.mark !== mark) freshen(box);
  box.dataset.mark = mark;
}

function linked(what) {
  document.body.classList.toggle("lost", what === "lost");
}

// Dark or light is this computer's: kept over a reload, the same in the speaker's pictures, no business of the phones.
const darkness = `inkarta-dark-${data.deck}`;
const isDark = () => (localStorage.getItem(darkness) ?? data.dark ?? "") === "1";
const lit = () => document.documentElement.classList.toggle("dark", isDark());
addEventListener("storage", lit);
lit();

if (isPreview) {
  document.body.classList.add("still");
  window.inkartaShow = show;
  show({ scene: 0, black: false, highlight: "" });
  parent.postMessage("inkarta-ready", location.origin);
} else {
  const from = Number(location.hash.slice(1)) - 1;
  const begin = data.code || Number.isNaN(from) ? data : { ...data, scene: from };
  const room = new Room(begin, show, linked);
  window.inkartaRoom = room;
  if (data.code) {
    asking = new Asking(data, () => room.state.scene, asked);
    room.onnews = (news) => asking.heard(news);
  }
  show(room.state);
  live(room);
}

function live(room) {
  const clock = new Clock(data.deck, data.code);
  const timer = document.getElementById("timer");
  const typed = document.getElementById("typed");
  const help = document.getElementById("keys");
  let isTimed = false;
  const tick = () => (timer.textContent = clock.text());
  setInterval(tick, 500);
  keys(room, {
    f: () => (full(), true),
    t: () => {
      isTimed = !isTimed;
      if (isTimed && !clock.begun()) clock.press();
      tick();
      timer.hidden = !isTimed;
      return true;
    },
    o: () => asking?.mayLead && asking.question() && (asking.press("open"), true),
    v: () => asking?.mayLead && asking.question() && (asking.press("show"), true),
    r: () => asking?.mayLead && asking.canReveal() && (asking.press("reveal"), true),
    d: () => (localStorage.setItem(darkness, isDark() ? "" : "1"), lit(), true),
    s: () => (open(data.speaker, "ik-speaker"), true),
    h: () => ((help.hidden = !help.hidden), true),
    "?": () => ((help.hidden = !help.hidden), true),
    typed: (digits) => {
      typed.textContent = digits;
      typed.hidden = !digits;
    },
  });
  for (const path of paths) {
    path.addEventListener("click", () => {
      const code = path.dataset.lan;
      room.set({ highlight: room.state.highlight === code ? "" : code });
    });
  }
  let start = null;
  addEventListener("touchstart", (event) => (start = event.touches.length === 1 ? event.touches[0] : null));
  addEventListener("touchend", (event) => {
    const end = event.changedTouches[0];
    if (!start || !end) return;
    const [across, down] = [end.clientX - start.clientX, end.clientY - start.clientY];
    if (Math.abs(across) > 50 && Math.abs(across) > 2 * Math.abs(down)) {
      room.set({ scene: room.state.scene + (across < 0 ? 1 : -1), black: false });
    }
    start = null;
  });
  let still = 0;
  const moved = () => {
    document.body.classList.add("moved");
    clearTimeout(still);
    still = setTimeout(() => document.body.classList.remove("moved"), 2000);
  };
  addEventListener("mousemove", moved);
  addEventListener("touchend", moved);
  document.getElementById("full").addEventListener("click", full);
  awake();
  document.addEventListener("visibilitychange", awake); // a lock is let go when the window is hidden
  wifi();
}

function full() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}

// The projector's computer does not go to sleep in the middle of a talk.
function awake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}

// The network's name and password came behind the address's "#", which no server sees; they stay in this page.
async function wifi() {
  const box = document.getElementById("wifi");
  if (!box) return;
  const kept = `inkarta-wifi-${data.code}`;
  const given = new URLSearchParams(location.hash.slice(1)).get("wifi");
  if (given) {
    sessionStorage.setItem(kept, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  const text = sessionStorage.getItem(kept);
  if (!text) return;
  const answer = await fetch("/scen/kod", { method: "POST", body: text }).catch(() => null);
  if (!answer?.ok) return;
  const picture = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
  const words = document.createElement("p");
  words.textContent = data.wifi;
  box.replaceChildren(picture, words);
  box.hidden = false;
}
