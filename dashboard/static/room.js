// What both of the presenter's windows share: one state, told to the other window and to the server, and heard from them.
//
// The state is absolute ({scene, black, highlight}), so that what is sent last holds, however many presses came before.
// One request is in flight at a time; while the server is gone the newest state waits and is sent when it is back.

export class Room {
  constructor(data, show, linked) {
    this.code = data.code || "";
    this.scenes = Number(data.scenes);
    this.mayLead = Boolean(data.presenter);
    this.revision = Number(data.revision || 0);
    this.state = {
      scene: this.bounded(Number(data.scene || 0)),
      black: Boolean(data.black),
      highlight: data.highlight || "",
    };
    this.show = show;
    this.linked = linked;
    this.waiting = false;
    this.sending = false;
    this.pause = 250;
    this.said = "";
    if (this.mayLead) {
      this.channel = new BroadcastChannel(`inkarta-${data.deck}-${this.code}`);
      this.channel.onmessage = (event) => this.heardBeside(event.data);
      if (!this.code) this.channel.postMessage({ ask: true });
    }
    if (this.code) this.listen();
  }

  bounded(scene) {
    return Math.min(Math.max(Number.isInteger(scene) ? scene : 0, 0), this.scenes - 1);
  }

  // A press: shown here at once, in the other window at once, on the phones when the server has it.
  set(change) {
    if (!this.mayLead) return;
    const next = { ...this.state, ...change };
    next.scene = this.bounded(next.scene);
    this.state = next;
    this.show(next);
    this.channel.postMessage({ state: next });
    if (this.code && !this.closed) {
      this.waiting = true;
      this.send();
    }
  }

  heardBeside(message) {
    if (message.ask) {
      if (this.asked) this.channel.postMessage({ state: this.state });
      return;
    }
    this.asked = true;
    this.state = { ...message.state, scene: this.bounded(message.state.scene) };
    this.show(this.state);
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    while (this.waiting) {
      this.waiting = false;
      const sent = JSON.stringify(this.state);
      try {
        const answer = await fetch(`/rum/${this.code}/lage`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: sent,
          signal: AbortSignal.timeout(4000),
        });
        if (answer.ok) {
          this.took(await answer.json());
        } else if (answer.status < 500) {
          this.closed = answer.status === 410;
          this.tell(this.closed ? "closed" : "not_yours");
        } else {
          throw new Error(String(answer.status));
        }
      } catch {
        this.waiting = true;
        this.tell("lost");
        await new Promise((done) => setTimeout(done, this.pause));
        this.pause = Math.min(this.pause * 2, 2000);
      }
    }
    this.sending = false;
  }

  // What the server shows now; where the other window has spoken meanwhile, both end with the same.
  took(told) {
    this.pause = 250;
    this.tell("connected");
    if (told.revision < this.revision) return;
    this.revision = told.revision;
    const { scene, black, highlight } = this.state;
    if (this.waiting || (scene === told.scene && black === told.black && highlight === told.highlight)) return;
    this.state = { scene: this.bounded(told.scene), black: told.black, highlight: told.highlight };
    this.show(this.state);
  }

  listen() {
    const source = new EventSource(`/rum/${this.code}/nyheter`);
    let heard = Date.now();
    source.onopen = () => {
      heard = Date.now();
      this.tell("connected");
    };
    source.onmessage = (event) => {
      heard = Date.now();
      this.heard(JSON.parse(event.data));
    };
    const again = () => {
      clearInterval(watch);
      source.close();
      if (this.closed) return;
      this.tell("lost");
      setTimeout(() => this.listen(), 700 + Math.random() * 600);
    };
    source.onerror = again;
    // A connection that died without a word: the server says something at least every 15 seconds.
    const watch = setInterval(() => Date.now() - heard > 40000 && again(), 5000);
  }

  heard(news) {
    if (news.closed) {
      this.closed = true;
      this.tell("closed");
    }
    if (this.onnews) this.onnews(news);
    if (this.waiting || this.sending || news.revision <= this.revision) return;
    this.revision = news.revision;
    this.state = { scene: this.bounded(news.scene), black: news.black, highlight: news.highlight };
    this.show(this.state);
  }

  tell(what) {
    if ((this.closed && what !== "closed") || what === this.said) return;
    this.said = what;
    this.linked(what);
  }
}

// Keys that a clicker, a keyboard and a foot pedal send. One that is held steps on, and does nothing else again.
export function keys(room, more) {
  let typed = "";
  const go = {
    PageDown: 1, ArrowRight: 1, ArrowDown: 1, PageUp: -1, ArrowLeft: -1, ArrowUp: -1,
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest?.("input, select, textarea");
    const button = event.target.closest?.("button, a, summary");
    if (field) return;
    if (button && (event.key === " " || event.key === "Enter")) {
      if (event.repeat) event.preventDefault();
      return;
    }
    if (event.repeat && !(event.key in go) && ![" ", "Home", "End"].includes(event.key)) return;
    const scene = room.state.scene;
    if (/^[0-9]$/.test(event.key)) {
      typed = (typed + event.key).slice(-3);
    } else if (event.key === "Enter" && typed) {
      room.set({ scene: Number(typed) - 1, black: false });
      typed = "";
    } else {
      if (event.key !== "Escape" || typed) typed = "";
      if (event.key in go) room.set({ scene: scene + go[event.key], black: false });
      else if (event.key === " ") room.set({ scene: scene + (event.shiftKey ? -1 : 1), black: false });
      else if (event.key === "Home") room.set({ scene: 0, black: false });
      else if (event.key === "End") room.set({ scene: room.scenes - 1, black: false });
      else if (event.key === "b" || event.key === "B" || event.key === ".") room.set({ black: !room.state.black });
      else if (!more[event.key.toLowerCase()]?.()) return;
    }
    more.typed?.(typed);
    event.preventDefault();
  });
}

// Minutes and seconds since the talk began, kept over a reload and the same in both windows.
export class Clock {
  constructor(deck, code) {
    this.name = `inkarta-clock-${deck}-${code || ""}`;
  }

  begun() {
    return Number(localStorage.getItem(this.name)) || 0;
  }

  press() {
    if (this.begun()) localStorage.removeItem(this.name);
    else localStorage.setItem(this.name, String(Date.now()));
  }

  text() {
    if (!this.begun()) return "0:00";
    const seconds = Math.floor((Date.now() - this.begun()) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
}
