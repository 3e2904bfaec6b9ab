// The presenter's page of questions: buttons act without leaving the page, and the page follows what the room sends.
(() => {
  "use strict";
  const page = () => document.getElementById("ikm");
  let reading = false, waiting = null, toggled = {};

  // What is chosen or written and not yet sent: the news of others must not undo it.
  const unsent = (root) => [...root.querySelectorAll("select[id], input[id]")].filter((field) => {
    if (!field.matches("select")) return field.value !== field.defaultValue;
    const first = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(first, 0);
  }).map((field) => [field.id, field.value]);

  function put(values) {
    for (const [id, value] of values) {
      const field = document.getElementById(id);
      if (field && (field.matches("input") || [...field.options].some((option) => option.value === value))) field.value = value;
    }
  }

  // A fresh copy of the page; focus stays on the button that was pressed, or goes to the next thing to decide.
  async function refresh(said) {
    if (reading) {
      waiting = { said: said === undefined && waiting ? waiting.said : said };
      return;
    }
    reading = true;
    try {
      const old = page();
      const answer = await fetch(`${old.dataset.self}&del=1`);
      if (answer.ok) {
        const holder = document.createElement("div");
        holder.innerHTML = await answer.text();
        const fresh = holder.querySelector("#ikm");
        const focus = document.activeElement, inside = old.contains(focus), id = inside ? focus.id : "";
        const unfolds = inside && focus.matches("summary") ? focus.parentElement.id : "";
        const question = id && focus.closest(".ikm-one"), open = [...old.querySelectorAll("details[open]")].map((one) => one.id);
        if (inside && focus.matches("select, input") && !said) return;
        const told = said === undefined ? old.querySelector(".ikb-said").textContent : said;
        const values = unsent(old);
        old.replaceWith(fresh);
        put(values);
        for (const name of open) document.getElementById(name)?.setAttribute("open", "");
        fresh.querySelector(".ikb-said").textContent = told;
        if (unfolds) {
          (document.getElementById(unfolds)?.querySelector("summary") || fresh).focus({ preventScroll: true });
        } else if (id) {
          // Never to another question's button or to one that closes: a second press of Enter must do no harm.
          const box = question && document.getElementById(question.id);
          const next = focus.closest(".ikm-texts") && box && box.querySelector(".ikm-texts button");
          (document.getElementById(id) || next || box || fresh).focus({ preventScroll: true });
        }
      }
    } catch { /* the next news tries again */ } finally {
      reading = false;
      if (waiting) {
        const { said } = waiting;
        waiting = null;
        setTimeout(() => refresh(said), said === undefined ? 250 : 0);
      }
    }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!page().contains(form)) return;
    event.preventDefault();
    // A double click on the button that opens must not close: the other button comes in its place.
    const question = ["oppna", "stang"].includes(form.elements.gor?.value) ? form.elements.fraga.value : "";
    if (question && toggled.question === question && performance.now() - toggled.at < 1000) return;
    if (question) toggled = { question, at: performance.now() };
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" },
      });
      const told = await answer.json();
      if (answer.ok) form.reset();
      await refresh(told.said || "");
      if (question) toggled = { question, at: performance.now() };
    } catch {
      form.submit();
    }
  });

  let polling = page().dataset.stream ? setInterval(refresh, 3000) : null;
  const listen = () => {
    const stream = new EventSource(page().dataset.stream);
    let timer = null;
    stream.onmessage = () => {
      clearInterval(polling);
      polling = null;
      clearTimeout(timer);
      timer = setTimeout(refresh, 200);
    };
    stream.onerror = () => {
      polling = polling || setInterval(refresh, 3000);
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 10000);
    };
  };
  if (page().dataset.stream) listen();
})();
