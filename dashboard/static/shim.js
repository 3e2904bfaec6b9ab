(() => {
  "use strict";
  const root = document.documentElement;
  const language = () => (new URLSearchParams(location.search).get("lang") === "en" ? "en" : "sv");

  // Streamlit fetches its icon font (375 kB) on every page; without this it comes when an icon is shown.
  const load = document.fonts.load.bind(document.fonts);
  document.fonts.load = (font, ...rest) => (/Material Symbols/.test(font) ? Promise.resolve([]) : load(font, ...rest));

  // Theme: "light", "dark" or the system's. Streamlit follows the system's colour scheme, so that is what is set.
  const SCHEME = /prefers-color-scheme:\s*(dark|light)/;
  const native = window.matchMedia.bind(window);
  const schemes = new Set();
  const stored = () => {
    try {
      return localStorage.getItem("inkarta-theme");
    } catch {
      return null;
    }
  };
  let theme = stored();
  // Paper is always light.
  let printing = native("print").matches;
  const dark = () => !printing && (theme ? theme === "dark" : native("(prefers-color-scheme: dark)").matches);
  class Scheme extends EventTarget {
    constructor(query) {
      super();
      this.media = query;
      this.wanted = SCHEME.exec(query)[1] === "dark";
      this.onchange = null;
    }
    get matches() {
      return dark() === this.wanted;
    }
    addListener(listener) {
      this.addEventListener("change", listener);
    }
    removeListener(listener) {
      this.removeEventListener("change", listener);
    }
    tell() {
      const event = Object.assign(new Event("change"), { matches: this.matches, media: this.media });
      this.dispatchEvent(event);
      this.onchange?.(event);
    }
  }
  window.matchMedia = (query) => {
    if (!SCHEME.test(query)) return native(query);
    const scheme = new Scheme(query);
    schemes.add(scheme);
    return scheme;
  };
  // Charts are drawn on the server in the colours of one theme: the page is run anew, once Streamlit knows the other.
  let drawn;
  const schemeChanged = () => {
    for (const scheme of schemes) scheme.tell();
    paint();
    clearTimeout(drawn);
    if (!printing) drawn = setTimeout(() => dispatchEvent(new PopStateEvent("popstate", { state: null })), 120);
  };
  native("print").addEventListener("change", (event) => {
    printing = event.matches;
    schemeChanged();
  });
  native("(prefers-color-scheme: dark)").addEventListener("change", () => theme || schemeChanged());
  const paint = () => {
    const name = dark() ? "dark" : "light";
    root.style.colorScheme = name;
    root.dataset.theme = name;
  };
  paint();

  // The name of a chosen file, in the page's own words and place.
  document.addEventListener("change", (event) => {
    const shown = event.target.type === "file" && event.target.parentElement?.querySelector("[data-inkarta-file]");
    if (shown && event.target.files.length) shown.textContent = event.target.files[0].name;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-inkarta-theme]");
    if (!button) return;
    const wanted = button.dataset.inkartaTheme;
    theme = wanted === "toggle" ? (dark() ? "light" : "dark") : wanted === "system" ? null : wanted;
    try {
      if (theme) localStorage.setItem("inkarta-theme", theme);
      else localStorage.removeItem("inkarta-theme");
    } catch {
      /* private windows keep the choice for this page only */
    }
    schemeChanged();
    dress();
  });

  // Streamlit's own English, in Swedish.
  const WORDS = new Map(
    Object.entries({
      "Add an option": "Lägg till ett alternativ",
      "Add options": "Lägg till alternativ",
      Alert: "Meddelande",
      axis: "axel",
      bar: "stapel",
      "line mark": "linje",
      "area mark": "yta",
      "text mark": "text",
      "rule": "linje",
      legend: "teckenförklaring",
      point: "punkt",
      circle: "punkt",
      geoshape: "område",
      "rect mark": "ruta",
      visualization: "diagram",
      "X-axis": "X-axel",
      "Y-axis": "Y-axel",
      "App pages": "Sidor",
      Ascending: "Stigande",
      Automatic: "Automatiskt",
      "Autosize": "Anpassa bredden",
      Average: "Medelvärde",
      Back: "Tillbaka",
      Cancel: "Avbryt",
      "Choose a date": "Välj datum",
      "Choose an option": "Välj ett alternativ",
      "Choose date": "Välj datum",
      "Choose date range": "Välj period",
      "Choose options": "Välj alternativ",
      "Choose or add an option": "Välj eller lägg till ett alternativ",
      "Choose or add options": "Välj eller lägg till alternativ",
      "Clear all": "Rensa alla",
      "Clear entry": "Rensa",
      "Clear selection": "Rensa valet",
      "Clear value": "Rensa",
      Close: "Stäng",
      "Close Search": "Stäng sökningen",
      "Close fullscreen": "Lämna helskärm",
      "Collapse sidebar": "Dölj sidopanelen",
      "Connecting": "Ansluter",
      "Connection error": "Ingen kontakt med servern",
      Copied: "Kopierat",
      "Copied!": "Kopierat",
      Copy: "Kopiera",
      "Copy column name": "Kopiera kolumnens namn",
      "Copy to clipboard": "Kopiera",
      Count: "Antal",
      "Dataframe column menu": "Kolumnens meny",
      Decrement: "Minska",
      Deselect: "Avmarkera",
      "Deselect all": "Avmarkera alla",
      Dismiss: "Stäng",
      Distinct: "Olika värden",
      Download: "Ladda ner",
      "Download as CSV": "Ladda ner som CSV",
      "Download as PNG": "Ladda ner som PNG",
      Empty: "Tomma",
      Error: "Fel",
      Expander: "Utfällbar del",
      "Expand sidebar": "Visa sidopanelen",
      Filter: "Filtrera",
      Format: "Format",
      Fullscreen: "Helskärm",
      Help: "Hjälp",
      "Hide column": "Dölj kolumnen",
      Increment: "Öka",
      Info: "Information",
      "Link to heading": "Länk till rubriken",
      "Loading...": "Läser in",
      Loading: "Läser in",
      "Main menu": "Meny",
      Maximum: "Högsta",
      Median: "Median",
      Minimum: "Lägsta",
      more: "mer",
      "Network issue": "Nätverksfel",
      Next: "Nästa",
      "Next Result": "Nästa träff",
      "Next page": "Nästa sida",
      "No data": "Inga data",
      "No options": "Inga alternativ",
      "No options to select": "Inga alternativ att välja",
      "No options to select.": "Inga alternativ att välja.",
      "No results": "Inga träffar",
      Notifications: "Meddelanden",
      Open: "Öppna",
      "Page not found": "Sidan finns inte",
      "Pin column": "Fäst kolumnen",
      "Please wait...": "Vänta",
      "Press Enter to apply": "Tryck på Retur för att använda",
      "Press Enter to submit form": "Tryck på Retur för att skicka",
      Previous: "Föregående",
      "Previous Result": "Föregående träff",
      "Previous page": "Föregående sida",
      Processing: "Arbetar",
      Reset: "Återställ",
      "Reset view": "Återställ vyn",
      Running: "Arbetar",
      "Running...": "Arbetar",
      "Scroll tabs left": "Fler flikar åt vänster",
      "Scroll tabs right": "Fler flikar åt höger",
      Search: "Sök",
      Select: "Välj",
      "Select all": "Välj alla",
      "Select...": "Välj",
      "Selectbox options": "Alternativ",
      "Selected values": "Valda värden",
      "Show chart": "Visa diagram",
      "Show closest data on hover": "Visa närmaste värde",
      "Show data": "Visa data",
      "Show suggestions": "Visa förslag",
      "Show/hide columns": "Visa eller dölj kolumner",
      Sidebar: "Sidopanel",
      "Skip to main content": "Hoppa till innehållet",
      "Sort ascending": "Sortera stigande",
      "Sort descending": "Sortera fallande",
      Statistics: "Statistik",
      Stop: "Stoppa",
      Success: "Klart",
      Sum: "Summa",
      Theme: "Tema",
      "Toggle fullscreen": "Helskärm",
      "Unpin column": "Lossa kolumnen",
      "View less": "Visa mindre",
      "View fullscreen": "Visa i helskärm",
      Warning: "Varning",
      "Zoom in": "Zooma in",
      "Zoom out": "Zooma ut",
    }),
  );
  const PHRASES = [
    [/^Remove (.+)$/, "Ta bort $1"],
    [/^Page (\d+)$/, "Sida $1"],
    [/^Help for (.+)$/, "Hjälp om $1"],
    [/^You can only select up to (\d+) options?\. Remove an option first\.$/, "Du kan välja högst $1. Ta bort ett val först."],
    [/^The page that you have requested does not seem to exist.*$/, "Sidan finns inte. Här är startsidan."],
    [/^(Show data|Show chart|Fullscreen|Close fullscreen|Search|Download as CSV|Download as PNG|Show\/hide columns): (.+)$/, (_, word, name) => `${WORDS.get(word)}: ${name}`],
    [/^X-axis titled '(.*)' for a .* with (\d+) values: (.*)$/, "X-axel: $1, $2 värden: $3"],
    [/^Y-axis titled '(.*)' for a .* with (\d+) values: (.*)$/, "Y-axel: $1, $2 värden: $3"],
    [/^X-axis titled '(.*)' for a .* with values from (.*) to (.*)$/, "X-axel: $1, från $2 till $3"],
    [/^Y-axis titled '(.*)' for a .* with values from (.*) to (.*)$/, "Y-axel: $1, från $2 till $3"],
    [/^Symbol legend titled '(.*)' for .* with (\d+) values: (.*)$/, "Teckenförklaring: $1, $2 värden: $3"],
    [/^Symbol legend for .* with (\d+) values: (.*)$/, "Teckenförklaring, $1 värden: $2"],
  ];
  const NAMES = ["aria-label", "aria-roledescription", "title", "placeholder", "data-tooltip"];
  // Where visible words are Streamlit's, never the page's own content.
  const CHROME = [
    "[data-testid=stTooltipContent]",
    "[data-testid=stElementToolbar]",
    "[data-testid=stStatusWidget]",
    "[data-testid=InputInstructions]",
    "[data-testid=stSkipToContent]",
    "[role=listbox]",
    "[data-testid=stSelectboxVirtualDropdown]",
    "[data-testid=stMultiSelectDropdown]",
    "[data-testid=stDataFrameColumnMenu]",
    "[data-testid=stDialog] > div > div > h2",
  ].join(",");
  const OWN = ".stHtml, .stMarkdown, .stBidiComponent";
  const FOREIGN = "[data-testid=stTooltipContent], .ik-chart";
  const own = (node) => Boolean(node.closest(OWN)) && !node.closest(FOREIGN);
  const swedish = (words) => {
    const trimmed = words.trim();
    const known = WORDS.get(trimmed);
    if (known) return known;
    for (const [pattern, answer] of PHRASES) if (pattern.test(trimmed)) return trimmed.replace(pattern, answer);
    return null;
  };
  const relabel = (node) => {
    for (const name of NAMES) {
      const words = node.getAttribute(name);
      const answer = words && swedish(words);
      if (answer && answer !== words) node.setAttribute(name, answer);
    }
  };
  const reword = (node) => {
    const answer = swedish(node.data);
    if (answer && answer !== node.data && node.parentElement?.closest(CHROME)) node.data = answer;
  };
  const sweep = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return reword(node);
    if (node.nodeType !== Node.ELEMENT_NODE || own(node)) return undefined;
    relabel(node);
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (each) =>
      each.nodeType === Node.ELEMENT_NODE && each.matches(OWN) && own(each) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    );
    while (walker.nextNode()) {
      if (walker.currentNode.nodeType === Node.TEXT_NODE) reword(walker.currentNode);
      else relabel(walker.currentNode);
    }
    return undefined;
  };

  // What every figure repeats comes as its parts, and its markup is written here: the line of files to take along, the
  // code to embed it, links that begin alike, and the columns' names that stand before each value on a phone.
  const SPELT = { geojson: "GeoJSON", gpkg: "GeoPackage", txt: "Text" };
  const EMBEDDED = { width: "100%", height: "860", style: "border:0", loading: "lazy" };
  const files = (line) => {
    const [path, query] = line.dataset.take.split("?");
    for (const form of line.dataset.forms.split(" ")) {
      const link = document.createElement("a");
      link.href = `${path}.${form}${query ? `?${query}` : ""}`;
      link.download = "";
      const of = document.createElement("span");
      of.className = "ik-hidden";
      of.textContent = `: ${line.dataset.of}`;
      link.append(SPELT[form] ?? form.toUpperCase(), of);
      line.append(link);
    }
  };
  const embedding = (opened) => {
    const frame = document.createElement("iframe");
    const given = { src: new URL(opened.dataset.embed, location.origin).href, title: opened.dataset.of, ...EMBEDDED };
    for (const [name, value] of Object.entries(given)) frame.setAttribute(name, value);
    const shown = document.createElement("pre");
    shown.tabIndex = 0;
    shown.append(document.createElement("code"));
    shown.firstChild.textContent = frame.outerHTML;
    opened.append(shown);
  };
  const links = (told) => {
    const heads = told.dataset.heads.split(" ");
    for (const link of told.parentElement?.querySelectorAll("a[data-h]") ?? []) {
      const [at, tail] = link.dataset.h.split(" ");
      link.setAttribute("href", heads[at] + tail);
      delete link.dataset.h;
    }
  };
  const takes = (told) => {
    const [, folder, query, word] = told.dataset.takes.match(/^([^ ]*) ([^ ]*) (.*)$/s);
    for (const line of told.parentElement?.querySelectorAll("p[data-t]") ?? []) {
      line.className = "ik-take";
      line.dataset.take = folder + line.dataset.t + query;
      delete line.dataset.t;
      line.append(Object.assign(document.createElement("span"), { textContent: word }));
      files(line);
    }
  };
  const columns = (table) => {
    for (const [at, head] of [...(table.tHead?.rows[0]?.cells ?? [])].entries()) {
      const said = head.textContent.replace(/["\\\n]/g, (odd) => `\\${odd.codePointAt(0).toString(16)} `);
      table.style.setProperty(`--l${at + 1}`, `"${said}"`);
    }
  };
  const PARTS = "[data-take], [data-embed], [data-heads], [data-takes], .ik-stack:not([style])";
  const complete = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const part of [node, ...node.querySelectorAll(PARTS)]) {
      if (part.matches(".ik-stack:not([style])")) columns(part);
      if (part.dataset.take && !part.querySelector("a")) files(part);
      else if (part.dataset.embed && !part.querySelector("pre")) embedding(part);
      if (part.dataset.heads) links(part);
      if (part.dataset.takes) takes(part);
    }
  };

  // Landmarks, the skip link and the pressed state of the theme buttons.
  const TEXTS = {
    sv: { skip: "Hoppa till innehållet", nav: "Sidor" },
    en: { skip: "Skip to the content", nav: "Pages" },
  };
  const put = (node, name, value) => {
    if (node && node.getAttribute(name) !== value) node.setAttribute(name, value);
  };
  const dress = () => {
    const words = TEXTS[language()];
    const skip = document.querySelector(".ik-skip");
    if (skip && skip.textContent !== words.skip) skip.textContent = words.skip;
    const pages = document.querySelector(".st-key-nav");
    if (pages) {
      put(pages, "role", "navigation");
      put(pages, "aria-label", words.nav);
    }
    for (const link of document.querySelectorAll("[data-testid=stPageLink-NavLink]")) {
      if (link.getAttribute("href") === "") link.setAttribute("href", "/");
      if (new URL(link.href).pathname === location.pathname) put(link, "aria-current", "page");
      else if (link.hasAttribute("aria-current")) link.removeAttribute("aria-current");
    }
    for (const nav of document.querySelectorAll("nav.ik-nav")) {
      const here = nav.querySelector("[aria-current]");
      if (here && nav.scrollWidth > nav.clientWidth && nav.dataset.shown !== here.textContent) {
        nav.dataset.shown = here.textContent;
        nav.scrollLeft = here.offsetLeft - nav.offsetLeft - 24;
      }
    }
    for (const button of document.querySelectorAll("[data-inkarta-theme]")) {
      const wanted = button.dataset.inkartaTheme;
      if (wanted !== "toggle") put(button, "aria-pressed", String(wanted === (theme ?? "system")));
    }
  };

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".ik-skip")) return;
    event.preventDefault();
    focusHeading(true);
  });

  const heading = () => document.querySelector(".stMain h1");
  const focusHeading = (scroll) => {
    const target = heading() ?? document.querySelector(".stMain");
    if (!target) return;
    put(target, "tabindex", "-1");
    target.focus({ preventScroll: !scroll });
  };

  // After navigation inside the app: new heading gets focus, its title is announced.
  let announcer;
  const announce = (words) => {
    announcer.textContent = "";
    setTimeout(() => {
      announcer.textContent = words;
    }, 60);
  };
  // A detail, a source row and a page of a list are places of their own.
  const place = () => {
    const asked = new URLSearchParams(location.search);
    const words = location.pathname === "/sok" ? (asked.get("q") ?? "") : "";
    return [location.pathname, words, ...["insats", "kalla", "sida", "konferens"].map((name) => asked.get(name) ?? "")].join(" ");
  };
  let path = place();
  let arrival = 0;
  // A choice that changes what the page says is told: its finding, once the page stands.
  let finding = "";
  let telling;
  const listen = () => {
    const said = document.querySelector(".stMain .ik-lede")?.textContent.trim() ?? "";
    if (!said || said === finding) return;
    clearTimeout(telling);
    telling = setTimeout(() => {
      if (running()) return listen();
      const now = document.querySelector(".stMain .ik-lede")?.textContent.trim() ?? "";
      if (finding && now && now !== finding && performance.now() - arrived > 1500) announce(now);
      finding = now || finding;
      return undefined;
    }, 300);
  };
  let arrived = performance.now();
  const running = () => document.querySelector(".stApp")?.dataset.testScriptState === "running";
  // A script that still runs replaces the heading, and the focus falls to the body with it.
  const holdFocus = (mine, since) => {
    if (mine !== arrival || performance.now() - since > 5000) return;
    if (document.activeElement === document.body) focusHeading(false);
    if (running() || performance.now() - since < 1000) setTimeout(() => holdFocus(mine, since), 60);
  };
  const arrive = () => {
    const before = heading()?.textContent;
    const started = performance.now();
    const mine = ++arrival;
    let ran = false;
    const look = () => {
      if (mine !== arrival) return;
      const waited = performance.now() - started;
      ran ||= running();
      const changed = heading() && heading().textContent !== before;
      if (changed || (ran && !running()) || waited > 4000) {
        document.querySelector(".stMain")?.scrollTo(0, 0);
        arrived = performance.now();
        finding = "";
        focusHeading(false);
        holdFocus(mine, performance.now());
        setTimeout(() => mine === arrival && announce(document.title), 150);
      } else setTimeout(look, 40);
    };
    look();
  };
  const moved = () => {
    put(root, "lang", language());
    dress();
    if (place() !== path) {
      path = place();
      arrive();
    }
  };
  for (const name of ["pushState", "replaceState"]) {
    const original = history[name];
    history[name] = function patched(...given) {
      const result = original.apply(this, given);
      moved();
      return result;
    };
  }
  addEventListener("popstate", moved);

  // Links to the app's own pages in the page's own markup: Streamlit answers a popstate by running the page that
  // the address names, so the address changes without loading everything again.
  const isPage = (url) => {
    if (url.pathname === location.pathname) return true;
    if (document.querySelector(".ik-find")?.getAttribute("action") === url.pathname) return true;
    const links = document.querySelectorAll(".ik-nav a, a.ik-brand, .st-key-nav a, a[data-inkarta-page]");
    return [...links].some((link) => new URL(link.href).pathname === url.pathname);
  };
  // Stage and speaker's window have a window each; what makes markup safe takes the target away.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('.stHtml a[href^="/scen/visa/"], .stHtml a[href^="/scen/talare/"]');
    if (link) link.target = link.pathname.startsWith("/scen/visa/") ? "ik-stage" : "ik-speaker";
  }, true);

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".stHtml a[href], .stMarkdown a[href]");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.hasAttribute("download") || link.getAttribute("href").startsWith("#")) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || url.hash || !isPage(url)) return;
    event.preventDefault();
    if (url.href !== location.href) history.pushState(null, "", url.href);
    dispatchEvent(new PopStateEvent("popstate", { state: null }));
  });

  // The search of the header: its words in the address of the page of hits, which is run like any other.
  document.addEventListener("submit", (event) => {
    const base = event.target.dataset?.inkartaSearch;
    if (!base) return;
    event.preventDefault();
    const url = new URL(base, location.href);
    const words = event.target.querySelector("input").value.trim();
    if (words) url.searchParams.set("q", words);
    if (url.href === location.href) return;
    history.pushState(null, "", url.href);
    dispatchEvent(new PopStateEvent("popstate", { state: null }));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key?.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      const box = document.querySelector(".ik-find input");
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    // Arrows go from hit to hit; every hit is a link of its own as well.
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.closest?.(".ik-hits")) return;
    const hits = [...document.querySelectorAll(".ik-hits a")];
    const next = hits[hits.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  const start = () => {
    announcer = document.createElement("div");
    announcer.className = "ik-announcer";
    announcer.setAttribute("role", "status");
    document.body.append(announcer);
    let asked = false;
    new MutationObserver((changes) => {
      for (const change of changes) change.addedNodes.forEach(complete);
      if (language() === "sv") {
        for (const change of changes) {
          if (change.type === "childList") change.addedNodes.forEach(sweep);
          else if (change.type === "characterData") reword(change.target);
          else if (!own(change.target)) relabel(change.target);
        }
      }
      if (!asked) {
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          dress();
          listen();
        });
      }
    }).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: NAMES,
    });
    moved();
    complete(document.body);
    if (language() === "sv") sweep(document.body);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
