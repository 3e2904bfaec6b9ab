// The speaker's window: the same state as the stage, with notes, the next scene, the clock and the controls.

import { Asking } from "./asking.js";
import { Clock, Room, keys } from "./room.js";

const data = document.body.dataset;
const at = document.getElementById("at");
const link = document.getElementById("link");
const point = document.getElementById("point");
const [now, next] = document.querySelectorAll("iframe");
const notes = [...document.querySelectorAll(".note")];
const black = document.querySelector('[data-act="black"]');
const jumps = [...document.querySelectorAll("[data-go]")];
const clock = new Clock(data.deck, data.code);
const last = Number(data.scenes) - 1;
const box = document.querySelector(".asking");
let asking = null;

function show(state) {
  now.contentWindow?.inkartaShow?.(state);
  next.contentWindow?.inkartaShow?.({ scene: Math.min(state.scene + 1, last), black: false, highlight: state.highlight });
  next.closest("figure").classList.toggle("end", state.scene === last);
  notes.forEach((note, n) => (note.hidden = n !== state.scene));
  jumps.forEach((jump, n) => (n === state.scene ? jump.setAttribute("aria-current", "true") : jump.removeAttribute("aria-current")));
  black.setAttribute("aria-pressed", String(state.black));
  if (document.activeElement !== point) point.value = state.highlight;
  at.textContent = data.sayAt.replace("#", state.scene + 1);
  document.body.dataset.shown = String(state.scene);
  asking?.show();
}

function linked(what) {
  link.textContent = data[{ connected: "sayConnected", lost: "sayLost", closed: "sayClosed", not_yours: "sayNot_yours" }[what]] || "";
  link.className = what;
}

const room = new Room(data, show, linked);
window.inkartaRoom = room;
if (box) {
  asking = new Asking(data, () => room.state.scene, asked);
  room.onnews = (news) => asking.heard(news);
}

function asked(question, state, words) {
  const line = box.querySelector(".poll-state");
  const said = question ? words : data.sayNone;
  if (line.textContent !== said) line.textContent = said;
  const beside = box.querySelector("[data-beside]");
  beside.hidden = !state.turn;
  beside.href = `${beside.dataset.beside}${encodeURIComponent(question)}?lang=${document.documentElement.lang}`;
  for (const button of box.querySelectorAll("[data-ask]")) {
    const does = { open: state.open ? "do_close" : "do_open", show: state.shown ? "do_hide" : "do_show", reveal: "do_reveal" };
    const may = { open: true, show: Boolean(state.turn), reveal: asking.canReveal() };
    button.hidden = !question || !may[button.dataset.ask];
    button.firstElementChild.textContent = asking.words[does[button.dataset.ask]];
  }
}
show(room.state);
if (!data.code) link.textContent = data.sayAlone;

addEventListener("message", (event) => {
  if (event.origin === location.origin && event.data === "inkarta-ready") show(room.state);
});
for (const frame of [now, next]) frame.addEventListener("load", () => show(room.state));

const acts = {
  back: () => room.set({ scene: room.state.scene - 1, black: false }),
  on: () => room.set({ scene: room.state.scene + 1, black: false }),
  black: () => room.set({ black: !room.state.black }),
  time: () => clock.press(),
};
for (const button of document.querySelectorAll("[data-act]")) {
  button.addEventListener("click", () => acts[button.dataset.act]());
}
for (const jump of jumps) jump.addEventListener("click", () => room.set({ scene: Number(jump.dataset.go), black: false }));
point.addEventListener("change", () => room.set({ highlight: point.value }));
keys(room, {
  t: () => (acts.time(), true),
  o: () => asking?.question() && (asking.press("open"), true),
  v: () => asking?.question() && (asking.press("show"), true),
  r: () => asking?.canReveal() && (asking.press("reveal"), true),
});
for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => asking.press(button.dataset.ask));
}

const elapsed = document.getElementById("elapsed");
const hour = document.getElementById("clock");
const planned = Number(data.minutes) * 60000;
function tick() {
  elapsed.textContent = planned ? `${clock.text()} / ${data.minutes}:00` : clock.text();
  elapsed.classList.toggle("over", Boolean(planned && clock.begun() && Date.now() - clock.begun() > planned));
  hour.textContent = new Date().toTimeString().slice(0, 5);
}
tick();
setInterval(tick, 500);
