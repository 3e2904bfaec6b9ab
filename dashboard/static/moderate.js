// The presenter's page of questions: buttons act without leaving the page, and the page follows what the room sends.
(() => {
  "use strict";
  const page = () => document.getElementById("ikm");
  let reading = false, again = false;

  // A fresh copy of the page; focus stays on the button that was pressed, or goes to the next thing to decide.
  async function refresh(said) {
    if (reading) {
      again = true;
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
        const focus = document.activeElement, id = old.contains(focus) ? focus.id : "";
        const question = id && focus.closest(".ikm-one"), open = [...old.querySelectorAll("details[open]")].map((one) => one.id);
        if (focus && focus.matches && focus.matches("select, input") && old.contains(focus) && !said) return;
        const told = said === undefined ? old.querySelector(".ikb-said").textContent : said;
        old.replaceWith(fresh);
        for (const name of open) document.getElementById(name)?.setAttribute("open", "");
        fresh.querySelector(".ikb-said").textContent = told;
        if (id) {
          // Never to another question's button or to one that closes: a second press of Enter must do no harm.
          const box = question && document.getElementById(question.id);
          const next = focus.closest(".ikm-texts") && box && box.querySelector(".ikm-texts button");
          (document.getElementById(id) || next || box || fresh).focus({ preventScroll: true });
        }
      }
    } catch { /* the next news tries again */ } finally {
      reading = false;
      if (again) {
        again = false;
        setTimeout(refresh, 250);
      }
    }
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!page().contains(form)) return;
    event.preventDefault();
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" },
      });
      const told = await answer.json();
      await refresh(told.said || "");
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
