// The room's answers on the screen: numbers, words and places are set on what is there already, so nothing flickers.

const byKey = (list) => new Map([...list.children].map((node) => [node.dataset.key, node]));

function say(root, name, text) {
  for (const node of root.querySelectorAll(`:scope > [data-said="${name}"]`)) {
    if (node.textContent !== text) node.textContent = text;
    if (name === "mark" || name === "note") node.hidden = !text;
  }
}

function set(node, item) {
  for (const [name, value] of Object.entries(item.numbers)) node.style.setProperty(`--${name}`, value);
  for (const [part, text] of Object.entries(item.words)) {
    const at = node.querySelector(`[data-part="${part}"]`);
    if (at && at.textContent !== text) at.textContent = text;
  }
  if (node.dataset.look !== item.look) node.dataset.look = item.look;
}

// What is new comes in, what is gone goes out; what stays keeps its node, and moves from where it is.
function merge(body, html) {
  const next = document.createElement("template");
  next.innerHTML = html;
  for (const list of next.content.querySelectorAll("[data-list]")) {
    const here = body.querySelector(`[data-list="${list.dataset.list}"]`);
    if (!here) continue;
    const old = byKey(here), fresh = byKey(list);
    for (const [key, node] of old) if (!fresh.has(key)) node.remove();
    for (const [key, node] of fresh) if (!old.has(key)) here.append(node);
    for (const name of ["--rows", "--label"]) here.style.setProperty(name, list.style.getPropertyValue(name));
  }
}

export function update(root, frame) {
  const body = root.querySelector(":scope > .ik-r-body");
  if (frame.shape !== root.dataset.shape && frame.body !== undefined) body.innerHTML = frame.body;
  else if (frame.body !== undefined) merge(body, frame.body);
  root.dataset.shape = frame.shape;
  root.dataset.signature = frame.signature;
  for (const name of ["title", "finding", "who", "mark", "note"]) say(root, name, frame[name]);
  const lists = new Map([...body.querySelectorAll("[data-list]")].map((list) => [list.dataset.list, byKey(list)]));
  for (const item of frame.items) {
    const node = lists.get(item.list)?.get(item.key);
    if (node) set(node, item);
  }
  root.dispatchEvent(new CustomEvent("ik:updated", { bubbles: true, detail: { signature: frame.signature } }));
}

const busy = new WeakMap();

// One request at a time for each result; news that come meanwhile lead to one more.
export async function refresh(root) {
  if (!root.dataset.live) return;
  if (busy.has(root)) {
    busy.set(root, true);
    return;
  }
  busy.set(root, false);
  try {
    const address = new URL(root.dataset.live, location.href);
    address.searchParams.set("har", root.dataset.signature);
    const answer = await fetch(address, { headers: { accept: "application/json" }, cache: "no-store" });
    if (answer.ok) update(root, await answer.json());
  } catch {
    // The next news tries again.
  }
  const again = busy.get(root);
  busy.delete(root);
  if (again) await refresh(root);
}

export const refreshAll = () => Promise.all([...document.querySelectorAll(".ik-r[data-live]")].map(refresh));

document.addEventListener("ik:news", refreshAll);
