// Follows the presenter. Without it the page is the same, and a link fetches it anew.

const data = document.body.dataset;
const main = document.getElementById("main");
const link = document.getElementById("link");
let shown = `${data.scene} ${data.highlight} ${data.asked || ""}`;
let wanted = shown;
let busy = false;
let last = null;
let pause = 1000;

if (data.code) {
  document.body.classList.add("live");
  listen();
}

function listen() {
  const source = new EventSource(`/rum/${data.code}/nyheter?lang=${data.lang}`);
  source.onopen = () => (link.textContent = "");
  source.onmessage = (event) => {
    const news = (last = JSON.parse(event.data));
    // A question beside the scene comes and goes with its opening; what it is about, the ballot hears by itself.
    wanted = `${news.scene} ${news.highlight} ${news.poll?.id && (news.poll.here || news.poll.open) ? news.poll.id : ""}`;
    if (wanted === shown) document.dispatchEvent(new CustomEvent("inkarta-news", { detail: news }));
    follow();
    if (news.closed) {
      source.close();
      link.textContent = data.closed;
    }
  };
  source.onerror = () => {
    source.close();
    link.textContent = data.lost;
    // Spread out, so that a hall of phones does not come back at the same moment.
    setTimeout(listen, 1000 + Math.random() * 2000);
  };
}

// One request at a time; what was passed over meanwhile is not fetched.
async function follow() {
  if (busy || wanted === shown) return;
  busy = true;
  const now = wanted;
  try {
    const answer = await fetch(`/r/${data.code}/nu?lang=${data.lang}`, { signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(String(answer.status));
    const scene = now.split(" ")[0];
    const isNew = scene !== shown.split(" ")[0];
    main.innerHTML = await answer.text();
    shown = now;
    pause = 1000;
    if (isNew) {
      scrollTo({ top: 0 });
      document.getElementById("said").textContent = main.querySelector("h1")?.textContent || "";
    }
    document.dispatchEvent(new CustomEvent("inkarta-scene"));
    // What was heard while the scene was on its way.
    if (wanted === shown && last) document.dispatchEvent(new CustomEvent("inkarta-news", { detail: last }));
  } catch {
    // A server that is not well is asked ever more seldom, and not by a whole hall at the same moment.
    await new Promise((done) => setTimeout(done, pause * (0.5 + Math.random())));
    pause = Math.min(pause * 2, 8000);
  }
  busy = false;
  if (wanted !== shown) setTimeout(follow, 50);
}
