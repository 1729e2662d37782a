// Follows the feed with the package `ws` until a text comes, by pages 141 to 145 of the guide alone: URL, certificate, token, text.
'use strict';

const fs = require('fs');
const WebSocket = require('ws');

const [url, certificate, token, last] = process.argv.slice(2);
const trust = url.startsWith('wss:') ? { ca: fs.readFileSync(certificate) } : {};
const feed = new WebSocket(url, ['ingredi%20state%20api'], trust);
let tables = {};
let parts = [];

// An id may be greater than what a number of JavaScript holds, so long numbers are read as texts.
function read(line) {
  return JSON.parse(line.replace(/"(?:[^"\\]|\\.)*"|\d{16,}/g, (token) => (token[0] === '"' ? token : `"${token}"`)));
}

function fail(reason) {
  console.error(reason);
  process.exit(1);
}

function apply(message) {
  if (message.type === 'authenticate_response' || message.type === 'subscribe_response') {
    return message.success === true || fail(message);
  }
  if (message.type === 'truncate_model') {
    tables = {};
  } else if (message.type === 'model_update') {
    for (const [table, rows] of Object.entries(message.insert || {})) {
      tables[table] = tables[table] || {};
      for (const [id, row] of Object.entries(rows)) {
        if (tables[table][id]) fail(`${table} ${id} is there`);
        tables[table][id] = row;
      }
    }
    for (const [table, rows] of Object.entries(message.update || {})) {
      for (const [id, row] of Object.entries(rows)) Object.assign(tables[table][id], row);
    }
    for (const [table, ids] of Object.entries(message.delete || {})) {
      for (const id of ids) {
        if (!tables[table][id]) fail(`${table} ${id} is not there`);
        delete tables[table][id];
      }
    }
  } else {
    fail(message);
  }
  console.log(message.type);
}

feed.on('open', () => {
  feed.send(JSON.stringify({ type: 'authenticate', credentials: { bearer_token: token } }) + '\n');
  feed.send(JSON.stringify({ type: 'subscribe', tables: 'all' }) + '\n');
});
feed.on('message', (part) => {
  parts.push(part);
  if (part[part.length - 1] !== 10) return;
  const lines = Buffer.concat(parts).toString('utf8').split('\n');
  parts = [];
  lines.pop();
  let ended = false;
  for (const line of lines) {
    apply(read(line));
    ended = ended || line.includes(last);
  }
  if (ended) {
    console.log(JSON.stringify(tables));
    feed.close();
  }
});
feed.on('error', fail);
