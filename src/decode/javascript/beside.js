// What scripts find in a page beside its document, its addresses and its sockets. Clock and chance stand still here, too.
(function (global) {
  'use strict';
  var later = global.setTimeout, DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  function hide(name, value) {
    if (!(name in global)) { Object.defineProperty(global, name, { value: value, writable: true, configurable: true, enumerable: false }); }
  }
  function fault(name, text) { var error = new Error(text); error.name = name; return error; }

  function EventTarget() { Object.defineProperty(this, '__on', { value: {} }); }
  EventTarget.prototype.addEventListener = function (type, work) { (this.__on[type] = this.__on[type] || []).push(work); };
  EventTarget.prototype.removeEventListener = function (type, work) {
    this.__on[type] = (this.__on[type] || []).filter(function (other) { return other !== work; });
  };
  EventTarget.prototype.dispatchEvent = function (event) {
    var target = this;
    if (typeof target['on' + event.type] === 'function') { target['on' + event.type](event); }
    (target.__on[event.type] || []).slice().forEach(function (work) {
      if (typeof work === 'function') { work.call(target, event); } else { work.handleEvent(event); }
    });
    return true;
  };

  // The body of an answer that a script makes itself.
  function Response(body, options) {
    this.status = options && options.status || 200;
    this.ok = this.status >= 200 && this.status < 300;
    this.__blob = body instanceof global.Blob ? body : new global.Blob(body === undefined || body === null ? [] : [body]);
  }
  Response.prototype.text = function () { return this.__blob.text(); };
  Response.prototype.json = function () { return this.__blob.text().then(JSON.parse); };
  Response.prototype.arrayBuffer = function () { return this.__blob.arrayBuffer(); };
  Response.prototype.blob = function () { return Promise.resolve(this.__blob); };

  function AbortSignal() { EventTarget.call(this); this.aborted = false; this.onabort = null; }
  AbortSignal.prototype = Object.create(EventTarget.prototype);
  function AbortController() { this.signal = new AbortSignal(); }
  AbortController.prototype.abort = function () {
    if (!this.signal.aborted) { this.signal.aborted = true; this.signal.dispatchEvent({ type: 'abort', target: this.signal }); }
  };

  function Port() { EventTarget.call(this); this.onmessage = null; this.__other = null; }
  Port.prototype = Object.create(EventTarget.prototype);
  Port.prototype.postMessage = function (data) {
    var other = this.__other;
    later(function () { other.dispatchEvent({ type: 'message', data: data, target: other }); }, 0);
  };
  Port.prototype.start = Port.prototype.close = function () {};
  function MessageChannel() {
    this.port1 = new Port();
    this.port2 = new Port();
    this.port1.__other = this.port2;
    this.port2.__other = this.port1;
  }

  function clone(value) {
    if (value === null || typeof value !== 'object') {
      if (typeof value === 'function' || typeof value === 'symbol') { throw fault('DataCloneError', 'not to be cloned'); }
      return value;
    }
    if (Array.isArray(value)) { return value.map(clone); }
    if (value instanceof Map) { return new Map(Array.from(value).map(clone)); }
    if (value instanceof Set) { return new Set(Array.from(value).map(clone)); }
    if (value instanceof Date) { return new Date(value.getTime()); }
    if (ArrayBuffer.isView(value)) { return value.slice(); }
    return Object.keys(value).reduce(function (all, key) { all[key] = clone(value[key]); return all; }, {});
  }
  function btoa(text) {
    var plain = String(text), out = '';
    for (var i = 0; i < plain.length; i += 3) {
      var parts = [plain.charCodeAt(i), plain.charCodeAt(i + 1), plain.charCodeAt(i + 2)], left = plain.length - i;
      if (parts[0] > 255 || parts[1] > 255 || parts[2] > 255) { throw fault('InvalidCharacterError', 'not of one octet'); }
      var bits = parts[0] << 16 | (left > 1 ? parts[1] : 0) << 8 | (left > 2 ? parts[2] : 0);
      out += DIGITS[bits >> 18] + DIGITS[bits >> 12 & 63] + (left > 1 ? DIGITS[bits >> 6 & 63] : '=') + (left > 2 ? DIGITS[bits & 63] : '=');
    }
    return out;
  }
  function atob(text) {
    var digits = String(text).replace(/[\t\n\f\r ]/g, '').replace(/={1,2}$/, ''), bits = 0, count = 0, out = '';
    if (/[^A-Za-z0-9+\/]/.test(digits) || digits.length % 4 === 1) { throw fault('InvalidCharacterError', 'no base64'); }
    for (var i = 0; i < digits.length; i++) {
      bits = (bits << 6 | DIGITS.indexOf(digits[i])) & 0xffffff;
      count += 6;
      if (count >= 8) { count -= 8; out += String.fromCharCode(bits >> count & 255); }
    }
    return out;
  }

  hide('performance', { now: function () { return 0; }, mark: function () {}, measure: function () {}, timeOrigin: Date.now() });
  hide('crypto', {
    getRandomValues: function (list) { for (var i = 0; i < list.length; i++) { list[i] = 4; } return list; },
    randomUUID: function () { return '00000000-0000-4000-8000-000000000000'; }
  });
  hide('queueMicrotask', function (work) { Promise.resolve().then(work); });
  hide('setImmediate', function (work) { return later(work, 0); });
  hide('requestIdleCallback', function (work) {
    return later(function () { work({ didTimeout: false, timeRemaining: function () { return 50; } }); }, 0);
  });
  hide('cancelIdleCallback', global.clearTimeout);
  hide('structuredClone', clone);
  hide('btoa', btoa);
  hide('atob', atob);
  hide('EventTarget', EventTarget);
  hide('Response', Response);
  hide('AbortSignal', AbortSignal);
  hide('AbortController', AbortController);
  hide('MessageChannel', MessageChannel);
  hide('MessageEvent', function MessageEvent(type, options) { this.type = String(type); this.data = options && options.data; });
  hide('CloseEvent', function CloseEvent(type, options) { this.type = String(type); this.code = options && options.code || 0; });
  hide('DOMException', function DOMException(text, name) { return fault(name || 'Error', text || ''); });
}(typeof globalThis === 'undefined' ? this : globalThis));
