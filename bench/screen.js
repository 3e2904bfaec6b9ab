// What a reader sees and when: the last change of the page, the moment of the pick, the moment of the new heading.
(() => {
  const main = '[data-testid="stMain"], #dash-page';
  const seen = { last: 0, pick: 0, heading: 0, wanted: "", armed: false };
  window.__bench = seen;
  const now = () => performance.now();
  const drawn = () => { seen.last = now(); };
  const kinds = { CanvasRenderingContext2D: ["fill", "stroke", "fillText", "fillRect", "drawImage"],
    WebGLRenderingContext: ["drawArrays", "drawElements"],
    WebGL2RenderingContext: ["drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced"] };
  for (const [kind, names] of Object.entries(kinds))
    for (const name of names) {
      const inner = window[kind].prototype[name];
      window[kind].prototype[name] = function (...rest) { drawn(); return inner.apply(this, rest); };
    }
  const looked = (records) => {
    const page = document.querySelector(main);
    if (records.some((record) => page && page.contains(record.target))) drawn();
    if (seen.armed && !seen.heading) {
      const heading = document.querySelector(`:is(${main}) h1`);
      if (heading && heading.textContent.trim().startsWith(seen.wanted)) seen.heading = now();
    }
  };
  const watch = () => new MutationObserver(looked).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true });
  watch();
  for (const kind of ["keydown", "pointerdown"])
    document.addEventListener(kind, (event) => {
      if (seen.armed && !seen.pick && (kind === "pointerdown" || event.key === "Enter")) seen.pick = now();
    }, true);
  seen.arm = (wanted) => Object.assign(seen, { pick: 0, heading: 0, wanted, armed: true });
  seen.settled = (quiet, limit, needed) => new Promise((done) => {
    const start = now();
    const look = () => {
      const app = document.querySelector('[data-testid="stApp"]');
      const rests = app ? app.getAttribute("data-test-script-state") === "notRunning" : document.title !== "Updating...";
      const here = needed.every((one) => document.querySelector(one)) && !document.querySelector('[data-testid="stSkeleton"]');
      const ready = rests && here && (!seen.armed || seen.heading) && now() - seen.last > quiet;
      if (!ready && now() - start < limit) return void setTimeout(look, 20);
      const { pick, heading, last } = seen;
      seen.armed = false;
      done({ ready, pick, heading, last, shown: document.querySelectorAll(`:is(${main}) *`).length });
    };
    look();
  });
})();
