const SVG = "http://www.w3.org/2000/svg";
const VECTORS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const views = new WeakMap();
const decoder = new TextDecoder();
const shared = (window.inkarta ??= {});
shared.outlines ??= new Map();

/** The outlines behind a URL, fetched once per page load: {viewBox, regions: {code: {d, x, y, n}}}. */
function outlines(url) {
  if (!shared.outlines.has(url)) {
    const loading = fetch(url).then((answer) => {
      if (!answer.ok) throw new Error(`${answer.status} ${url}`);
      return answer.json();
    });
    loading.catch(() => shared.outlines.delete(url));
    shared.outlines.set(url, loading);
  }
  return shared.outlines.get(url);
}

const within = (degrees) => Math.tan((degrees * Math.PI) / 180);

/**
 * The code reached from `code` by an arrow key, or null: the nearest neighbour within 35 degrees of the
 * direction, then within 60, then the nearest region of all within 75. Straying sideways counts as distance.
 */
export function step(regions, code, key) {
  const [vx, vy] = VECTORS[key];
  const from = regions[code];
  const reach = (codes, limit) => {
    let best = null;
    for (const other of codes) {
      if (other === code || !regions[other]) continue;
      const dx = regions[other].x - from.x;
      const dy = regions[other].y - from.y;
      const along = dx * vx + dy * vy;
      const across = Math.abs(dx * vy - dy * vx);
      if (along <= 0 || across > along * limit) continue;
      const cost = along + across * 1.5;
      if (!best || cost < best.cost) best = { other, cost };
    }
    return best?.other ?? null;
  };
  return reach(from.n, within(35)) ?? reach(from.n, within(60)) ?? reach(Object.keys(regions), within(75));
}

function element(name, attributes = {}, children = []) {
  const node = document.createElementNS(name.startsWith("svg:") ? SVG : "http://www.w3.org/1999/xhtml", name.replace("svg:", ""));
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function set(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function text(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

/** The hatches for "no data" (one diagonal) and "suppressed" (dots). */
function hatches() {
  const pattern = (id, size, marks) =>
    element("svg:pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse" }, [
      element("svg:rect", { width: size, height: size, class: "hatch-ground" }),
      ...marks,
    ]);
  return element("svg:defs", {}, [
    pattern("missing", 6, [element("svg:path", { d: "M-1.5,1.5l3,-3M0,6l6,-6M4.5,7.5l3,-3", class: "hatch-line" })]),
    pattern("suppressed", 6, [
      element("svg:circle", { cx: 1.5, cy: 1.5, r: 0.95, class: "hatch-dot" }),
      element("svg:circle", { cx: 4.5, cy: 4.5, r: 0.95, class: "hatch-dot" }),
    ]),
  ]);
}

class View {
  constructor(root, keeper, style) {
    this.root = root;
    this.keeper = keeper;
    this.marks = new Map();
    this.selected = null;
    this.waiting = 0;
    this.current = null;
    this.svg = element("svg:svg", { role: "radiogroup", "aria-describedby": "hint" });
    this.overlay = element("svg:g", { "aria-hidden": "true", class: "overlay" });
    this.rings = Object.fromEntries(
      ["over", "halo", "chosen", "focus-halo", "focus"].map((name) => [name, element("svg:path", { class: name })]),
    );
    this.overlay.append(...Object.values(this.rings));
    this.tip = element("div", { class: "tip", "aria-hidden": "true" }, [element("b"), element("span")]);
    this.status = element("p", { class: "status", role: "status" });
    this.hint = element("p", { class: "hint", id: "hint" });
    this.legend = element("ul", { class: "legend" });
    this.stage = element("div", { class: "stage" }, [this.svg, this.tip, this.status]);
    const sheet = element("link", { rel: "stylesheet", href: style });
    this.styled = new Promise((done) => {
      sheet.onload = sheet.onerror = done;
    });
    this.wrap = element("div", { class: "map", style: "visibility:hidden" }, [this.stage, this.legend, this.hint]);
    root.append(sheet, this.wrap);
    this.styled.then(() => this.wrap.removeAttribute("style"));
    this.listen();
  }

  listen() {
    // On the stage, since a focus listener on an svg element makes that element a tab stop in Chromium.
    const at = (event) => event.target.closest?.("[data-code]")?.dataset.code ?? null;
    this.stage.addEventListener("click", (event) => {
      const code = at(event);
      if (!code || event.detail > 1) return;
      this.roam(code);
      this.choose(code === this.selected ? null : code);
    });
    this.stage.addEventListener("keydown", (event) => this.press(event));
    this.stage.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") this.point(at(event), event);
    });
    this.stage.addEventListener("pointerleave", () => this.point(null));
    this.stage.addEventListener("focusin", (event) => {
      const code = at(event);
      this.roam(code);
      if (event.target.matches(":focus-visible")) {
        this.ring("focus", code);
        this.ring("focus-halo", code);
        this.tell(code);
      }
    });
    this.stage.addEventListener("focusout", () => {
      this.ring("focus", null);
      this.ring("focus-halo", null);
      this.tell(null);
    });
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const codes = [...this.marks.keys()];
    let next;
    if (event.key in VECTORS) next = step(this.shapes, this.current, event.key) ?? this.current;
    else if (event.key === "Home") next = codes[0];
    else if (event.key === "End") next = codes.at(-1);
    else if (event.key === "Enter" || event.key === " ") this.choose(this.current);
    else if (event.key === "Escape") {
      this.tell(null);
      if (this.selected !== null) this.choose(null);
    } else if (event.key.length === 1) next = this.initial(event.key) ?? this.current;
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (next) this.marks.get(next).focus();
  }

  /** The next region in alphabetical order whose name begins with a letter. */
  initial(letter) {
    const order = new Intl.Collator("sv");
    const names = [...this.names].sort(([, one], [, other]) => order.compare(one, other));
    const here = names.findIndex(([code]) => code === this.current);
    const wanted = letter.toLocaleLowerCase("sv");
    const found = [...names.slice(here + 1), ...names.slice(0, here + 1)].find(([, name]) =>
      name.toLocaleLowerCase("sv").startsWith(wanted),
    );
    return found?.[0] ?? null;
  }

  choose(code) {
    this.waiting = Math.max(Date.now(), this.waiting + 1);
    this.setStateValue("pick", { code: code ?? "", n: this.waiting });
    this.mark(code);
  }

  mark(code) {
    this.selected = code && this.marks.has(code) ? code : null;
    for (const [other, node] of this.marks) set(node, "aria-checked", String(other === this.selected));
    this.ring("halo", this.selected);
    this.ring("chosen", this.selected);
  }

  /** Moves the one tab stop. */
  roam(code) {
    if (!code || code === this.current) return;
    this.marks.get(this.current)?.setAttribute("tabindex", "-1");
    this.marks.get(code)?.setAttribute("tabindex", "0");
    this.current = code;
  }

  ring(name, code) {
    set(this.rings[name], "d", (code && this.shapes[code]?.d) || "");
  }

  point(code, event) {
    this.ring("over", code === this.selected ? null : code);
    if (code) this.tell(code, event);
    else if (this.root.activeElement?.matches(":focus-visible")) this.tell(this.current);
    else this.tell(null);
  }

  /** Shows the tooltip of a region: over the pointer, or over the region itself without one. */
  tell(code, event) {
    this.tip.classList.toggle("shown", Boolean(code));
    if (!code) return;
    text(this.tip.firstChild, this.names.get(code));
    text(this.tip.lastChild, this.values.get(code));
    const stage = this.stage.getBoundingClientRect();
    const box = this.marks.get(code).getBoundingClientRect();
    const x = (event ? event.clientX : box.x + box.width / 2) - stage.x;
    const y = (event ? event.clientY - 8 : box.y) - stage.y;
    const { offsetWidth: width, offsetHeight: height } = this.tip;
    const left = Math.min(Math.max(x - width / 2, 0), stage.width - width);
    const below = event ? y + 30 : box.bottom - stage.y + 8;
    const top = y - height - 8 >= -stage.y ? y - height - 8 : below;
    this.tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  build(geometry, regions, cut) {
    this.geometry = geometry;
    const drawn = new Set(regions.map(([code]) => code));
    this.shapes = Object.fromEntries(Object.entries(geometry.regions).filter(([code]) => drawn.has(code)));
    this.marks.clear();
    set(this.svg, "viewBox", geometry.viewBox);
    const group = element("svg:g", { role: "presentation" });
    for (const [code] of regions) {
      if (!this.shapes[code]) continue;
      const mark = element("svg:path", { role: "radio", tabindex: "-1", "data-code": code, d: this.shapes[code].d });
      this.marks.set(code, mark);
      group.append(mark);
    }
    const lines = [...this.marks.keys()].map((code) => this.shapes[code].d).join("");
    const borders = cut ? "" : (geometry.borders ?? "");
    this.svg.replaceChildren(
      hatches(),
      group,
      element("svg:path", { class: "lines", "aria-hidden": "true", d: lines }),
      ...(borders ? [element("svg:path", { class: "borders", "aria-hidden": "true", d: borders })] : []),
      this.overlay,
    );
    if (cut) this.frame(group.getBBox());
    this.current = null;
  }

  /** Lets what is drawn fill the drawing, with a little room around it and hatches as fine as they were. */
  frame({ x, y, width, height }) {
    if (!width || !height) return;
    const [, , across, down] = this.geometry.viewBox.split(" ").map(Number);
    const room = Math.max(width, height) * 0.03;
    set(this.svg, "viewBox", [x - room, y - room, width + 2 * room, height + 2 * room].join(" "));
    const scale = Math.max(width / across, height / down);
    for (const pattern of this.svg.querySelectorAll("pattern")) set(pattern, "patternTransform", `scale(${scale})`);
  }

  get lacks() {
    return Boolean(this.sent) && !this.keeper.kept(this.sent.m);
  }

  update({ data, setStateValue, setTriggerValue }) {
    this.setStateValue = setStateValue;
    this.setTriggerValue = setTriggerValue;
    this.sent = JSON.parse(decoder.decode(data));
    this.keeper.took(this, [this.sent.m], this.sent.n);
    return this.draw();
  }

  async draw() {
    const { sent } = this;
    if (!sent) return;
    this.turn = (this.turn ?? 0) + 1;
    const turn = this.turn;
    if (this.lacks) {
      this.keeper.ask();
      return;
    }
    this.drawn = sent;
    const data = this.keeper.kept(sent.m);
    this.stage.style.setProperty("--height", data.height ? `${data.height}px` : "");
    this.wrap.classList.toggle("dense", Boolean(data.dense));
    set(this.svg, "aria-label", data.label);
    text(this.hint, data.texts.hint ?? "");
    this.captions(data.legend);
    let geometry;
    try {
      if (!this.geometry) text(this.status, data.texts.loading ?? "");
      geometry = await outlines(data.url);
    } catch {
      text(this.status, data.texts.failed ?? "");
      return;
    }
    if (turn !== this.turn) return;
    text(this.status, "");
    this.names = new Map(data.regions.map(([code, name]) => [code, name]));
    this.values = new Map(data.regions.map(([code, , value]) => [code, value]));
    const known = data.regions.every(([code]) => this.marks.has(code)) && this.marks.size === data.regions.length;
    if (geometry !== this.geometry || !known) this.build(geometry, data.regions, data.cut);
    for (const [code, name, value, look] of data.regions) {
      const mark = this.marks.get(code);
      if (!mark) continue;
      set(mark, "aria-label", `${name}: ${value}`);
      set(mark, "class", look);
      if (look === "missing" || look === "suppressed") set(mark, "fill", `url(#${look})`);
      else mark.removeAttribute("fill");
    }
    if (sent.w >= this.waiting) this.mark(sent.s);
    if (!this.current || !this.marks.has(this.current)) this.roam(this.selected ?? data.regions[0]?.[0]);
    else if (!this.root.activeElement && this.selected) this.roam(this.selected);
  }

  captions(legend) {
    const rows = legend.map(([look, caption]) => `${look}\n${caption}`).join("\n\n");
    if (rows === this.rows) return;
    this.rows = rows;
    this.legend.replaceChildren(
      ...legend.map(([look, caption]) => element("li", {}, [element("i", { class: look, "aria-hidden": "true" }), caption])),
    );
  }
}

export default async function lanskarta(component, keeper, style) {
  const root = component.parentElement;
  if (!views.has(root)) views.set(root, new View(root, keeper, style));
  const view = views.get(root);
  keeper.drawings.set(root, view);
  await view.update(component);
  return () => {
    if (!root.isConnected) keeper.drawings.delete(root);
  };
}
