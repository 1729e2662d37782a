// Looks at pages, CTRF files and Markdown pages of a folder with the tools that they are for: Chromium with axe-core, the schema of CTRF, a
// renderer of Markdown. Prints what it saw; ends with 1 where something is not as docs/reports.md says.
//
//   node look.js REPORTS TOOLS [PICTURES]
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const [reports, tools, pictures] = process.argv.slice(2).map((folder) => path.resolve(folder));
const tool = (name) => require(path.join(tools, "node_modules", name));
const { chromium } = tool("playwright-core");
const axe = path.join(tools, "node_modules/axe-core/axe.min.js");

let faults = 0;
const check = (holds, says) => {
  if (!holds) faults += 1;
  console.log(`${holds ? "ok  " : "FAIL"} ${says}`);
};

const WAYS = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "forced colours": { forcedColors: "active" },
  "320 px": { viewport: { width: 320, height: 640 } },
  print: { media: "print" },
};

async function pages(browser) {
  for (const file of fs.readdirSync(reports).filter((name) => name.endsWith(".html"))) {
    const address = pathToFileURL(path.join(reports, file)).href;
    const size = fs.statSync(path.join(reports, file)).size;
    check(size < 2_000_000, `${file}: ${size} bytes`);
    const gaps = JSON.parse(fs.readFileSync(path.join(reports, file.replace(".html", ".json")))).gaps.length;

    // As its reader has it: with its policy, and nothing else.
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const asked = [], said = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(error.message));
    page.on("dialog", (dialog) => (said.push("dialog"), dialog.dismiss()));
    const before = performance.now();
    await page.goto(address, { waitUntil: "load" });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const opened = performance.now() - before;
    check(opened < 1_000, `${file}: opens in ${opened.toFixed(0)} ms`);
    check(asked.filter((url) => url !== address && !url.startsWith("data:")).length === 0, `${file}: ${asked.length} requests, its own`);
    check(await page.evaluate(() => document.images.length === 0 && document.scripts.length === 1 && document.title.startsWith("Touchmark")), `${file}: no markup but its own`);
    check(await page.evaluate(() => [...document.querySelectorAll("*")].every((e) => ![...e.attributes].some((a) => a.name.startsWith("on")))), `${file}: no handlers in attributes`);

    const times = [];
    for (const words of ["e", "el", "element_00", "element_0010", "nothing", "must", ""]) {
      times.push(await page.evaluate((words) => new Promise((done) => {
        const search = document.getElementById("search");
        const begun = performance.now();
        search.value = words;
        search.dispatchEvent(new Event("input", { bubbles: true }));
        document.body.getBoundingClientRect();
        const took = performance.now() - begun;
        requestAnimationFrame(() => setTimeout(() => done(took)));
      }), words));
    }
    check(Math.max(...times) < 50, `${file}: filters in ${times.map((ms) => ms.toFixed(0)).join(", ")} ms`);
    await page.fill("#search", "element_00001");
    const found = await page.evaluate(() => [...document.querySelectorAll(".group tbody > tr")].filter((row) => row.checkVisibility()).length);
    check(found === 1 && (await page.textContent("#shown")).startsWith("1 of "), `${file}: one row is left of ${await page.textContent("#shown")}`);
    await page.fill("#search", "");

    // Every control is reached with the keyboard.
    const controls = await page.evaluate(() => [...document.querySelectorAll("a[href], button, input, summary")].filter((e) => e.checkVisibility()).length);
    const few = Math.min(controls, 400);
    await page.evaluate(() => { window.reached = new Set(); document.addEventListener("focusin", (e) => window.reached.add(e.target)); });
    for (let n = 0; n < few; n += 1) await page.keyboard.press("Tab");
    const reached = await page.evaluate(() => window.reached.size);
    check(reached >= few - 1, `${file}: the keyboard reaches ${reached} of the first ${few} of ${controls} controls`);
    check(said.length === 0, `${file}: the browser has nothing to say ${said.slice(0, 3).join(" | ")}`);
    await context.close();

    const quiet = await browser.newContext({ javaScriptEnabled: false });
    const still = await quiet.newPage();
    await still.goto(address);
    const articles = await still.locator("article.gap").count();
    check(articles > 0 && articles <= gaps && (await still.locator("article.gap pre").first().isVisible()) && !(await still.locator("#filter").isVisible()), `${file}: without JavaScript ${articles} of ${gaps} gaps are read, and no control is dead`);
    await quiet.close();

    for (const [name, { media, ...way }] of Object.entries(WAYS)) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true, ...way });
      const page = await context.newPage();
      if (media) await page.emulateMedia({ media });
      await page.goto(address);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      check(wide <= 0, `${file}, ${name}: nothing is wider than the page`);
      if (pictures) await page.screenshot({ path: path.join(pictures, `${file}.${name.replace(" ", "-")}.png`) });
      if (media) {
        const printed = await page.evaluate(() => [...document.querySelectorAll("article.gap pre")].every((pre) => pre.checkVisibility()));
        check(printed, `${file}, ${name}: every gap has its texts`);
      } else if (!file.startsWith("large")) {
        await page.addScriptTag({ path: axe });
        const found = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }));
        const all = found.violations.map((one) => `${one.id}: ${one.help} (${one.nodes.length}, such as ${one.nodes[0].target})`);
        check(all.length === 0, `${file}, ${name}: axe-core ${found.testEngine.version} finds ${all.length} violations ${all.join("; ")}`);
      }
      await context.close();
    }
  }
}

function ctrf() {
  const Ajv = tool("ajv").default;
  const ajv = new Ajv({ allErrors: false, strict: false });
  tool("ajv-formats").default(ajv);
  const schema = path.join(tools, "node_modules/ctrf/dist/ctrf-schema-0.0.json");
  const validate = ajv.compile(JSON.parse(fs.readFileSync(schema)));
  for (const file of fs.readdirSync(reports).filter((name) => name.endsWith(".ctrf.json"))) {
    const holds = validate(JSON.parse(fs.readFileSync(path.join(reports, file))));
    check(holds, `${file}: valid by the schema of CTRF ${ajv.errorsText(validate.errors)}`);
  }
}

async function markdown(browser) {
  const { marked } = await import(pathToFileURL(path.join(tools, "node_modules/marked/lib/marked.esm.js")));
  for (const file of fs.readdirSync(reports).filter((name) => name.endsWith(".md"))) {
    const text = fs.readFileSync(path.join(reports, file), "utf8");
    check(text.split("\n").length <= 101 && text.length <= 60 * 1024, `${file}: ${text.split("\n").length} lines, ${text.length} bytes`);
    const page = await browser.newPage();
    await page.setContent(marked.parse(text, { gfm: true }));
    const seen = await page.evaluate(() => ({
      others: [...document.body.querySelectorAll("*")].map((e) => e.localName).filter((name) => !["h2", "h3", "p", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "strong"].includes(name)),
      uneven: [...document.querySelectorAll("table")].filter((t) => new Set([...t.rows].map((row) => row.cells.length)).size !== 1).length,
      rows: document.querySelectorAll("td").length,
    }));
    check(seen.others.length === 0 && seen.uneven === 0 && seen.rows > 6, `${file}: rendered, ${seen.rows} cells, nothing of a target is markup ${seen.others}`);
    await page.close();
  }
}

(async () => {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
  await pages(browser);
  await markdown(browser);
  await browser.close();
  ctrf();
  process.exit(faults > 0 ? 1 : 0);
})();
