// The question of the scene that is shown: how many have answered, and the presenter's way to open and show it.

import { refresh } from "./results.js";

const REST = 1000; // a double click, or a press before the first is seen, is no second decision
const ASKED_FOR = 20000;

export class Asking {
  constructor(data, scene, told) {
    this.code = data.code || "";
    this.mayLead = Boolean(data.presenter) && Boolean(this.code);
    this.questions = JSON.parse(data.questions || "[]");
    this.guesses = JSON.parse(data.guesses || "[]");
    this.sensitive = JSON.parse(data.sensitive || "[]");
    this.least = Number(data.least);
    this.words = JSON.parse(data.asking || "{}");
    this.scene = scene; // () => the number of the scene that is shown
    this.told = told; // (question, state, words) => shows how it stands
    this.polls = JSON.parse(data.polls || "{}");
    this.pressed = { question: "", at: 0 };
    this.unsure = ""; // the question that is closed, and lost, by one more press
  }

  question() {
    return this.questions[this.scene()] || "";
  }

  state() {
    return this.polls[this.question()] || { open: false, shown: false, n: 0, turn: 0, few: false };
  }

  heard(news) {
    if (news.polls) this.polls = news.polls;
    this.revision = news.revision; // a text approved or moved changes a result, and no count
    this.show();
  }

  show() {
    const question = this.question();
    if (this.unsure && (this.unsure !== question || !this.loses())) this.unsure = "";
    this.told(question, this.state(), question ? this.said() : "");
  }

  said() {
    const { open, n, turn, few } = this.state();
    if (this.unsure) return this.words.sure;
    if (!turn) return this.words.waiting;
    if (few) return this.words.few;
    const count = n === 1 ? this.words.one : this.words.many.replace("#", n.toLocaleString(document.documentElement.lang));
    return `${open ? this.words.open : this.words.closed} · ${count}`;
  }

  canReveal() {
    return this.guesses.includes(this.question()) && Boolean(this.state().turn) && !this.state().revealed;
  }

  // Whether closing leaves nothing of the answers, and the question cannot be put again.
  loses() {
    const { open, n } = this.state();
    return open && n < this.least && this.sensitive.includes(this.question());
  }

  isSure(question) {
    if (!this.loses()) return true;
    const isSure = this.unsure === question;
    clearTimeout(this.asked);
    this.unsure = isSure ? "" : question;
    if (!isSure) {
      this.asked = setTimeout(() => {
        this.unsure = "";
        this.show();
      }, ASKED_FOR);
    }
    this.show();
    return isSure;
  }

  // "open" opens or closes, "show" shows or hides, "reveal" tells the value behind a guess. What the server refuses is
  // said in its words.
  async press(what) {
    const question = this.question();
    if (!this.mayLead || !question) return false;
    const { open, shown } = this.state();
    if (what === "reveal" && !this.canReveal()) return false;
    if (what !== "show") {
      const at = performance.now();
      if (this.pressed.question === question && at - this.pressed.at < REST) return true;
      this.pressed = { question, at };
      if (!this.isSure(question)) return true;
    }
    const act = { open: open ? "stang" : "oppna", show: shown ? "dolj" : "visa", reveal: "avsloja" }[what];
    try {
      const answer = await fetch(`/rum/${this.code}/fraga`, {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams({ gor: act, fraga: question, lang: document.documentElement.lang }),
        signal: AbortSignal.timeout(6000),
      });
      const told = await answer.json();
      if (told.said) this.told(question, this.state(), told.said);
    } catch {
      this.told(question, this.state(), this.words.lost);
    }
    return true;
  }
}

export function freshen(box) {
  const result = box?.querySelector(".ik-r[data-live]");
  if (result) refresh(result);
}
