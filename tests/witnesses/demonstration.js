// Opens the demonstration in Debian's Chromium until a text comes: page, URL of the feed, token, text. Prints a line for each count of
// messages that it sees, and at the end what the page has.
'use strict';

const { chromium } = require('playwright-core');

const [page, url, token, last] = process.argv.slice(2);
const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];

async function demonstrate() {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-sync', '--ignore-certificate-errors', ...quiet],
  });
  const tab = await browser.newPage({ ignoreHTTPSErrors: true });
  let sockets = 0;
  const errors = [];
  tab.on('websocket', () => { sockets += 1; });
  tab.on('pageerror', (error) => errors.push(String(error)));
  const { hostname, port } = new URL(url);
  await tab.goto(`file://${page}?${new URLSearchParams({ host: hostname, port, token })}`);
  let messages = 0;
  for (;;) {
    await tab.waitForFunction((known) => seen.messages > known || seen.error, messages, { polling: 20, timeout: 60000 });
    const now = await tab.evaluate((text) => [seen.messages, JSON.stringify(seen.all).includes(text) || seen.error], last);
    for (; messages < now[0]; messages += 1) console.log('message');
    if (now[1]) break;
  }
  const listed = (list) => tab.locator(`#${list} li`).allTextContents();
  const lists = { representative: await listed('representatives'), support_session: await listed('sessions') };
  const had = await tab.evaluate(() => seen);
  await browser.close();
  console.log(JSON.stringify({ ...had, sockets, errors, lists }));
}

demonstrate().catch((error) => {
  console.error(error);
  process.exit(1);
});
