const KEPT = 200;
const PATIENCE = 300;
const shared = (window.inkarta ??= {});
shared.parts ??= new Map();
/** Element -> what is drawn in it of kept parts: charts, and maps (lanskarta.js). Has `sent`, `drawn`, `lacks`, `draw`. */
export const drawings = new Map();
const decoder = new TextDecoder();
let asking = null;
let loading = null;

/** Vega as Streamlit ships it, loaded once: {embed, expressionInterpreter}. */
function vega(url) {
  loading ??= import(url).then((shipped) => Object.values(shipped)[0]());
  loading.catch(() => (loading = null));
  return loading;
}

/** Keeps a part for the page's life, unless so many others have been used since that it must go; undefined is lacking. */
function hold(name, part = shared.parts.get(name)) {
  const { parts } = shared;
  parts.delete(name);
  if (part) parts.set(name, part);
  if (parts.size > KEPT) parts.delete(parts.keys().next().value);
}

/** A kept part, undefined when it is lacking. */
export const kept = (name) => shared.parts.get(name);

/** Keeps what came for a drawing; others may have waited for the same. */
export function took(drawing, names, parts) {
  for (const name of names) hold(name, parts[name]);
  for (const other of drawings.values()) if (other !== drawing && other.drawn !== other.sent) other.draw();
}

/** Asks for what is lacking, once for all drawings, unless it comes with another of the same run. */
export function ask() {
  asking ??= setTimeout(() => {
    asking = null;
    const lacking = [...drawings].find(([root, drawing]) => root.isConnected && drawing.lacks);
    lacking?.[1].setTriggerValue("lack", Date.now());
  }, PATIENCE);
}

/** The cells of a column in each row, as the server folded them: told, as another's, written of its numbers, or one. */
function cells(whole, name, length) {
  const told = whole[name];
  if (Array.isArray(told)) return told;
  const same = (value) => Array.from({ length }, () => value);
  if (told === null || typeof told !== "object") return same(told);
  if ("as" in told) return cells(whole, told.as, length);
  if ("of" in told) {
    return cells(whole, told.of, length).map((number) => number.toFixed(told.to).replace(".", told.mark) + told.end);
  }
  return Object.assign(same(told.rest), told.but);
}

/** Rows as the server folded them, where a group lacks what is as in the one before; new objects each time. */
export function unfolded(data) {
  if (Array.isArray(data)) return data.map((row) => ({ ...row }));
  let whole = {};
  return data.g.flatMap((group) => {
    whole = { ...whole, ...group };
    const { length } = Object.values(whole).find(Array.isArray);
    const columns = Object.keys(whole).map((name) => [name, cells(whole, name, length)]);
    return Array.from({ length }, (_, at) => Object.fromEntries(columns.map(([name, column]) => [name, column[at]])));
  });
}

/** One chart in its place. What is to be done is done in turn, each step from what was sent last. */
class Chart {
  constructor(root, url) {
    this.root = root;
    this.url = url;
    this.work = Promise.resolve();
    this.box = document.createElement("div");
    this.box.className = "ik-chart";
    root.append(this.box);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.box);
  }

  get lacks() {
    return Boolean(this.sent) && !(kept(this.sent.t) && kept(this.sent.f));
  }

  update({ data, setTriggerValue }) {
    this.setTriggerValue = setTriggerValue;
    const text = decoder.decode(data);
    if (text !== this.text) {
      this.text = text;
      this.sent = JSON.parse(text);
      this.box.setAttribute("aria-busy", "true");
      took(this, [this.sent.t, this.sent.f], this.sent.n);
    }
    return this.draw();
  }

  draw() {
    this.work = this.work.catch(() => {}).then(() => this.step());
    return this.work;
  }

  async step() {
    const { sent } = this;
    const { width } = this.box.getBoundingClientRect();
    if (sent && width && this.lacks) return ask();
    if (sent && width && (sent !== this.drawn || width !== this.width)) {
      if (this.made && this.template === sent.t) await this.refill(sent, width);
      else await this.embed(sent, width);
      [this.drawn, this.template, this.width] = [sent, sent.t, width];
    }
    if (sent === this.sent) this.box.removeAttribute("aria-busy");
  }

  /** Draws anew beside what stands there, and then in its stead. */
  async embed({ a: description, t, f }, width) {
    const template = structuredClone(kept(t));
    const { d: rows = {}, p: values = {}, y: height } = kept(f);
    const { embed, expressionInterpreter } = await vega(this.url);
    const place = document.createElement("div");
    const spec = {
      ...template,
      description,
      width,
      padding: { bottom: 20, ...template.padding },
      datasets: Object.fromEntries(Object.entries(rows).map(([of, data]) => [of, unfolded(data)])),
    };
    if (height !== undefined) spec.height = height;
    if (template.params) {
      spec.params = template.params.map((one) => (one.name in values ? { ...one, value: values[one.name] } : one));
    }
    const made = await embed(place, spec, {
      mode: "vega-lite",
      ast: true, // the page's policy forbids code made of text
      expr: expressionInterpreter,
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
    });
    await made.view.resize().runAsync();
    const before = this.made;
    this.made = made;
    this.box.replaceChildren(place);
    before?.finalize();
  }

  /** The same chart with other data, or of another width. */
  async refill(sent, width) {
    const { view } = this.made;
    if (sent !== this.drawn) {
      const { d = {}, p: values = {}, y: height } = kept(sent.f);
      const rows = Object.entries(d);
      const level = view.logLevel();
      view.logLevel(0); // a scale without data is no error here
      for (const [name] of rows) view.data(name, []);
      await view.runAsync(); // else names that stay keep their places, whatever the order of the new rows
      view.logLevel(level);
      for (const [name, data] of rows) view.data(name, unfolded(data));
      for (const [name, value] of Object.entries(values)) view.signal(name, value);
      if (height !== undefined) view.height(height);
      view.description(sent.a);
      view.tooltip()(null, null, null, null);
    }
    await view.width(width).resize().runAsync();
    await view.resize().runAsync(); // as a chart made anew is: fitted to all of the width, and again to what its axes left
  }

  close() {
    this.observer.disconnect();
    this.work = this.work.catch(() => {}).then(() => this.made?.finalize());
  }
}

export default async function chart(component, url) {
  const root = component.parentElement;
  if (!drawings.has(root)) drawings.set(root, new Chart(root, url));
  await drawings.get(root).update(component);
  return () => {
    if (root.isConnected) return; // a later run of the same chart calls this too
    drawings.get(root)?.close();
    drawings.delete(root);
  };
}
