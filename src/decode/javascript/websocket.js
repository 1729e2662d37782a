// A WebSocket that goes nowhere. Behind it stands a server that answers as the feed does: it takes the credentials and the subscription, and
// then sends each text of `__feed` as a message of its own. `__sockets` has all that were made, after everything that waits has run:
// each with its address, its protocols, what was sent (`said`), and `closed`. `__source` is the text of the script that is run.
(function (global) {
  'use strict';
  var sockets = [], KEPT = 100, later = global.setTimeout, TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  function hide(name, get) { Object.defineProperty(global, name, { get: get, configurable: true, enumerable: false }); }
  function fault(name, text) { var error = new Error(text); error.name = name; return error; }

  function octets(text) {
    var plain = unescape(encodeURIComponent(text)), bytes = new Uint8Array(plain.length);
    for (var i = 0; i < plain.length; i++) { bytes[i] = plain.charCodeAt(i); }
    return bytes;
  }
  function text(bytes) {
    var plain = '';
    for (var i = 0; i < bytes.length; i++) { plain += String.fromCharCode(bytes[i]); }
    return decodeURIComponent(escape(plain));
  }
  function bytesOf(data) {
    if (typeof data === 'string') { return octets(data); }
    if (data && data.__bytes) { return data.__bytes; }
    return data && data.buffer ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
  }
  function joined(parts) {
    var length = 0, at = 0, all;
    parts = Array.prototype.map.call(parts || [], bytesOf);
    parts.forEach(function (part) { length += part.length; });
    all = new Uint8Array(length);
    parts.forEach(function (part) { all.set(part, at); at += part.length; });
    return all;
  }
  function Blob(parts) {
    this.__bytes = joined(parts);
    this.size = this.__bytes.length;
    this.type = '';
  }
  Blob.prototype.text = function () { return Promise.resolve(text(this.__bytes)); };
  Blob.prototype.arrayBuffer = function () { return Promise.resolve(this.__bytes.slice().buffer); };
  function FileReader() { this.result = null; this.onload = this.onloadend = null; this.__on = {}; }
  FileReader.prototype.addEventListener = function (type, work) { this.__on[type] = work; };
  function reads(how) {
    return function (blob) {
      var reader = this;
      later(function () {
        reader.result = how(blob.__bytes);
        ['load', 'loadend'].forEach(function (type) {
          var event = { type: type, target: reader };
          if (reader['on' + type]) { reader['on' + type](event); }
          if (reader.__on[type]) { reader.__on[type].call(reader, event); }
        });
      }, 0);
    };
  }
  FileReader.prototype.readAsText = reads(text);
  FileReader.prototype.readAsArrayBuffer = reads(function (bytes) { return bytes.slice().buffer; });
  function TextDecoder() { this.__rest = new Uint8Array(0); }
  TextDecoder.prototype.decode = function (data, options) {
    var all = joined([this.__rest, data === undefined ? new Uint8Array(0) : data]), end = all.length;
    if (options && options.stream) {
      // What begins a character and does not end it waits.
      for (var back = 1; back <= 3 && back <= end; back++) {
        var byte = all[end - back];
        if (byte >= 0xc0) { if (back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2)) { end -= back; } break; }
        if (byte < 0x80) { break; }
      }
    }
    this.__rest = all.slice(end);
    return text(all.slice(0, end));
  };
  function TextEncoder() {}
  TextEncoder.prototype.encode = octets;

  function Socket(url, protocols) {
    if (!(this instanceof Socket)) { throw new TypeError('WebSocket needs new'); }
    var list = protocols === undefined ? [] : [].concat(protocols);
    if (!/^wss?:\/\//.test(String(url))) { throw fault('SyntaxError', 'no address of a WebSocket'); }
    list.forEach(function (one) { if (!TOKEN.test(one)) { throw fault('SyntaxError', 'no name of a subprotocol'); } });
    if (sockets.length >= KEPT) { throw fault('SecurityError', 'too many'); }
    var socket = this, seen = { url: String(url), protocols: list.join(','), said: [], closed: false };
    socket.url = seen.url;
    socket.protocol = '';
    socket.extensions = '';
    socket.readyState = 0;
    socket.bufferedAmount = 0;
    socket.binaryType = 'blob';
    socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
    socket.__on = { open: [], message: [], error: [], close: [] };
    socket.__line = '';
    socket.__seen = seen;
    seen.end = function (code) { socket.__end(code || 1000); };
    seen.send = function (line) { socket.__give(octets(line)); };
    sockets.push(seen);
    later(function () {
      if (socket.readyState !== 0) { return; }
      socket.readyState = 1;
      socket.protocol = list[0] || '';
      socket.__event('open', {});
    }, 0);
  }
  Socket.prototype.addEventListener = function (type, work) { (this.__on[type] || []).push(work); };
  Socket.prototype.removeEventListener = function (type, work) {
    this.__on[type] = (this.__on[type] || []).filter(function (other) { return other !== work; });
  };
  Socket.prototype.__event = function (type, event) {
    var socket = this;
    event.type = type;
    event.target = event.currentTarget = socket;
    if (typeof socket['on' + type] === 'function') { socket['on' + type](event); }
    socket.__on[type].slice().forEach(function (work) {
      if (typeof work === 'function') { work.call(socket, event); } else { work.handleEvent(event); }
    });
  };
  Socket.prototype.__give = function (bytes) {
    if (this.readyState === 1) {
      this.__event('message', { data: this.binaryType === 'arraybuffer' ? bytes.slice().buffer : new Blob([bytes]) });
    }
  };
  Socket.prototype.__end = function (code) {
    if (this.readyState === 3) { return; }
    this.readyState = 3;
    this.__seen.closed = true;
    this.__event('close', { code: code, reason: '', wasClean: code === 1000 });
  };
  Socket.prototype.close = function (code) {
    var socket = this;
    if (socket.readyState > 1) { return; }
    socket.readyState = 2;
    socket.__seen.closed = true;
    later(function () { socket.__end(code || 1000); }, 0);
  };
  Socket.prototype.send = function (data) {
    var socket = this, lines;
    if (socket.readyState === 0) { throw fault('InvalidStateError', 'still connecting'); }
    if (socket.readyState !== 1) { return; }
    socket.__line += text(bytesOf(data));
    lines = socket.__line.split('\n');
    socket.__line = lines.pop();
    lines.forEach(function (line) {
      if (socket.__seen.said.length < KEPT) { socket.__seen.said.push(line); }
      later(function () { socket.__hears(line); }, 0);
    });
  };
  Socket.prototype.__hears = function (line) {
    var socket = this, message;
    try { message = JSON.parse(line); } catch (error) { return socket.__end(1008); }
    if (message.type === 'authenticate') {
      var refused = global.__refuses === 'authenticate';
      socket.__give(octets(JSON.stringify(refused ? { type: 'authenticate_response', success: false, reason: 'no' }
        : { type: 'authenticate_response', success: true }) + '\n'));
      if (refused) { socket.__end(1008); }
    } else if (message.type === 'subscribe') {
      var no = global.__refuses === 'subscribe';
      socket.__give(octets(JSON.stringify({ type: 'subscribe_response', timestamp: 1733239565, success: !no, reason: no ? 'no' : undefined }) + '\n'));
      if (no) { return socket.__end(1008); }
      (global.__feed || []).forEach(function (piece) { later(function () { socket.__give(bytesOf(piece)); }, 0); });
    }
  };
  ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach(function (name, value) { Socket[name] = Socket.prototype[name] = value; });

  [['WebSocket', Socket], ['Blob', Blob], ['FileReader', FileReader], ['TextDecoder', TextDecoder], ['TextEncoder', TextEncoder]]
    .forEach(function (pair) {
      Object.defineProperty(global, pair[0], { value: pair[1], writable: true, configurable: true, enumerable: false });
    });
  hide('__sockets', function () { void global.__opened; return sockets; });
}(typeof globalThis === 'undefined' ? this : globalThis));
