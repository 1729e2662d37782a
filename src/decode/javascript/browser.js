// A browser that goes nowhere: it keeps in `__opened` every address that a page would go to, open, load or send to.
// Timers run once each, before `__opened` is looked at. Clock and chance stand still.
(function (global) {
  'use strict';
  var opened = [], timers = [], byId = {}, forms = [], nextTimer = 1, running = false;
  var settle = global.__settle, KEPT = 1000, TIMERS = 1000, ran = 0;
  function hide(name, value) {
    Object.defineProperty(global, name, { value: value, writable: true, configurable: true, enumerable: false });
  }
  function open(url) {
    if (url !== undefined && url !== null && opened.length < KEPT) { opened.push(String(url)); }
  }
  function later(work, delay) {
    var more = Array.prototype.slice.call(arguments, 2), id = nextTimer++;
    timers.push({ id: id, run: function () {
      if (typeof work === 'function') { work.apply(global, more); } else { (0, eval)(String(work)); }
    } });
    return id;
  }
  function never(id) { timers = timers.filter(function (timer) { return timer.id !== id; }); }
  function runTimers() {
    if (running) { return; }
    running = true;
    try {
      do {
        settle();
        while (timers.length > 0 && ran < TIMERS) {
          ran += 1;
          try { timers.shift().run(); } catch (error) { /* A page goes on when a timer fails. */ }
          settle();
        }
      } while (timers.length > 0 && ran < TIMERS);
    } finally { running = false; }
  }
  Object.defineProperty(global, '__opened', { get: function () { runTimers(); return opened; } });

  function encoded(fields) {
    return fields.map(function (field) {
      return encodeURIComponent(field[0]) + '=' + encodeURIComponent(field[1]);
    }).join('&');
  }
  function joined(url, query) {
    url = String(url);
    return query === '' ? url : url + (url.indexOf('?') < 0 ? '?' : '&') + query;
  }

  function Location(href) {
    var now = href;
    function part(at) { return (/^([a-z][a-z0-9+.-]*:)?(?:\/\/([^\/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(now) || [])[at] || ''; }
    function go(url) { now = String(url); open(now); }
    Object.defineProperties(this, {
      href: { get: function () { return now; }, set: go, enumerable: true },
      protocol: { get: function () { return part(1); } },
      host: { get: function () { return part(2); } },
      hostname: { get: function () { return part(2).replace(/:\d+$/, ''); } },
      port: { get: function () { return (/:(\d+)$/.exec(part(2)) || [])[1] || ''; } },
      pathname: { get: function () { return part(3); } },
      search: { get: function () { return part(4); } },
      hash: { get: function () { return part(5); } },
      origin: { get: function () { return part(1) + '//' + part(2); } }
    });
    this.assign = go;
    this.replace = go;
    this.reload = function () {};
    this.toString = function () { return now; };
  }
  function hasEvents(target) {
    // The page is whole already, so what waits for that runs at the next occasion.
    target.addEventListener = function (type, work) {
      if (/^(load|DOMContentLoaded|readystatechange|pageshow)$/.test(type) && (target === global || target === global.document)) {
        later(typeof work === 'function' ? function () { work.call(target, { type: type, target: target }); } : function () {
          work.handleEvent({ type: type, target: target });
        });
      }
    };
    target.removeEventListener = function () {};
    target.dispatchEvent = function () { return true; };
    target.attachEvent = function (type, work) { target.addEventListener(String(type).replace(/^on/, ''), work); };
  }

  function framesIn(html) {
    String(html).replace(/<\s*(?:iframe|script|frame|embed)\b[^>]*?\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi,
      function (all, a, b, c) { open((a || b || c || '').replace(/&amp;/g, '&')); return all; });
  }

  function Element(tag) {
    var self = this, name = String(tag).toUpperCase(), attributes = {}, html = '', loaded;
    var loads = /^(IFRAME|FRAME|SCRIPT|EMBED|IMG)$/.test(name) ? 'src' : name === 'LINK' ? 'href' : null;
    function load() {
      var address = loads && attributes[loads];
      // An image is loaded wherever it is.
      if (address && loaded !== address && (name === 'IMG' || self.__attached())) { open(loaded = address); }
    }
    function attribute(key) {
      Object.defineProperty(self, key, {
        get: function () { return key in attributes ? attributes[key] : ''; },
        set: function (value) { self.setAttribute(key, value); },
        enumerable: true, configurable: true
      });
    }
    self.tagName = self.nodeName = name;
    self.nodeType = 1;
    self.style = { setProperty: function () {}, removeProperty: function () {} };
    self.dataset = {};
    self.children = [];
    self.childNodes = self.children;
    self.parentNode = self.parentElement = null;
    self.ownerDocument = global.document;
    self.classList = { add: function () {}, remove: function () {}, toggle: function () {}, contains: function () { return false; } };
    ['id', 'name', 'src', 'href', 'action', 'method', 'target', 'type', 'title', 'rel', 'className'].forEach(attribute);
    if (/^(INPUT|SELECT|TEXTAREA|OPTION|BUTTON)$/.test(name)) { attribute('value'); }
    self.setAttribute = function (key, value) {
      attributes[key] = String(value);
      if (key === 'id') { byId[attributes.id] = self; }
      if (key === loads) { load(); }
    };
    self.getAttribute = function (key) { return key in attributes ? attributes[key] : null; };
    self.hasAttribute = function (key) { return key in attributes; };
    self.removeAttribute = function (key) { delete attributes[key]; };
    self.__attached = function () {
      var at = self, steps = 0;
      while (at && at !== global.document.documentElement && steps < 64) { at = at.parentNode; steps += 1; }
      return at === global.document.documentElement;
    };
    self.__load = function (depth) {
      load();
      if (depth < 64) { self.children.forEach(function (child) { if (child.__load) { child.__load(depth + 1); } }); }
    };
    self.insertBefore = function (child, before) {
      var at = self.children.indexOf(before);
      if (child.parentNode && child.parentNode.removeChild) { child.parentNode.removeChild(child); }
      self.children.splice(at < 0 ? self.children.length : at, 0, child);
      child.parentNode = child.parentElement = self;
      if (child.__load) { child.__load(0); }
      return child;
    };
    self.appendChild = function (child) { return self.insertBefore(child, null); };
    self.append = function () { Array.prototype.forEach.call(arguments, self.appendChild); };
    self.removeChild = function (child) {
      var at = self.children.indexOf(child);
      if (at >= 0) { self.children.splice(at, 1); child.parentNode = child.parentElement = null; }
      return child;
    };
    self.remove = function () { if (self.parentNode) { self.parentNode.removeChild(self); } };
    self.getElementsByTagName = function (wanted) {
      var found = [];
      wanted = String(wanted).toUpperCase();
      (function walk(node, depth) {
        node.children.forEach(function (child) {
          if (child.tagName && (wanted === '*' || child.tagName === wanted)) { found.push(child); }
          if (child.children && depth < 64) { walk(child, depth + 1); }
        });
      })(self, 0);
      return found;
    };
    self.querySelectorAll = function (selector) {
      return String(selector).split(',').reduce(function (all, tag) { return all.concat(self.getElementsByTagName(tag.trim())); }, []);
    };
    self.querySelector = function (selector) { return self.querySelectorAll(selector)[0] || null; };
    Object.defineProperty(self, 'firstChild', { get: function () { return self.children[0] || null; } });
    Object.defineProperty(self, 'lastChild', { get: function () { return self.children[self.children.length - 1] || null; } });
    Object.defineProperty(self, 'innerHTML', {
      get: function () { return html; },
      set: function (text) { html = String(text); self.children.length = 0; framesIn(html); }
    });
    self.innerText = self.textContent = '';
    self.focus = self.blur = self.scrollIntoView = function () {};
    self.getBoundingClientRect = function () { return { left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 }; };
    self.cloneNode = function () { var other = new Element(name); for (var key in attributes) { other.setAttribute(key, attributes[key]); } return other; };
    self.click = function () { if (name === 'A') { open(attributes.href); } };
    hasEvents(self);
    if (name === 'FORM') {
      forms.push(self);
      Object.defineProperty(self, 'elements', { get: function () {
        var fields = self.querySelectorAll('input,select,textarea,button');
        fields.forEach(function (field) { if (field.name && !/^(length|item)$/.test(field.name)) { fields[field.name] = field; } });
        return fields;
      } });
      Object.defineProperty(self, 'length', { get: function () { return self.elements.length; } });
      self.submit = function () {
        open(joined(attributes.action || global.location.href, encoded(self.elements.filter(function (field) {
          return field.name !== '' && !field.disabled;
        }).map(function (field) { return [field.name, field.value]; }))));
      };
      self.requestSubmit = self.submit;
    }
    if (/^I?FRAME$/.test(name)) {
      self.contentWindow = newWindow();
      self.contentDocument = self.contentWindow.document;
    }
  }

  function newDocument() {
    var text = { open: function () {}, close: function () {}, write: framesIn, writeln: framesIn, readyState: 'complete' };
    hasEvents(text);
    return text;
  }
  function newWindow() {
    var other = { closed: false, document: newDocument(), name: '', opener: global };
    var place = new Location('about:blank');
    Object.defineProperty(other, 'location', { get: function () { return place; }, set: function (url) { place.href = url; } });
    other.focus = other.blur = other.moveTo = other.resizeTo = other.postMessage = function () {};
    other.close = function () { other.closed = true; };
    hasEvents(other);
    return other;
  }

  var here = new Location('https://page.example.com/support.html');
  Object.defineProperty(global, 'location', { get: function () { return here; }, set: function (url) { here.href = url; } });
  global.window = global.self = global.top = global.parent = global.frames = global;
  global.opener = null;
  global.name = '';
  global.innerWidth = global.outerWidth = 1280;
  global.innerHeight = global.outerHeight = 800;
  global.screenX = global.screenY = global.screenLeft = global.screenTop = global.pageXOffset = global.pageYOffset = 0;
  global.devicePixelRatio = 1;
  global.closed = false;
  var blocking = false;
  hide('__blockWindows', function () { blocking = true; });
  global.open = function (url) {
    if (blocking) { return null; }
    var other = newWindow();
    if (url !== undefined && url !== null && String(url) !== '' && String(url) !== 'about:blank') { other.location.href = url; }
    return other;
  };
  global.setTimeout = global.setInterval = later;
  global.requestAnimationFrame = function (work) { return later(function () { work(0); }); };
  global.clearTimeout = global.clearInterval = global.cancelAnimationFrame = never;
  global.alert = global.focus = global.blur = global.close = global.stop = global.scrollTo = global.postMessage = function () {};
  global.confirm = function () { return true; };
  global.prompt = function () { return null; };
  global.getComputedStyle = function () { return { getPropertyValue: function () { return ''; } }; };
  global.matchMedia = function () { return { matches: false, addListener: function () {}, addEventListener: function () {} }; };
  global.navigator = {
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
    appName: 'Netscape', appVersion: '5.0 (Windows)', platform: 'Win32', vendor: 'Google Inc.', product: 'Gecko', language: 'en-US',
    languages: ['en-US', 'en'], cookieEnabled: true, onLine: true, maxTouchPoints: 0, plugins: [], mimeTypes: [],
    javaEnabled: function () { return false; },
    sendBeacon: function (url) { open(url); return true; }
  };
  global.screen = { width: 1280, height: 800, availWidth: 1280, availHeight: 760, availLeft: 0, availTop: 0, colorDepth: 24 };
  global.history = { length: 1, pushState: function () {}, replaceState: function () {}, back: function () {}, go: function () {} };
  function storage() {
    var kept = {};
    return {
      getItem: function (key) { return Object.prototype.hasOwnProperty.call(kept, key) ? kept[key] : null; },
      setItem: function (key, value) { kept[key] = String(value); },
      removeItem: function (key) { delete kept[key]; }, clear: function () { kept = {}; }
    };
  }
  global.localStorage = storage();
  global.sessionStorage = storage();
  global.console = {};
  ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'group', 'groupEnd', 'time', 'timeEnd', 'assert'].forEach(function (word) {
    global.console[word] = function () {};
  });
  hasEvents(global);

  global.Element = global.HTMLElement = global.Node = Element;
  global.HTMLFormElement = function () {};
  Object.defineProperty(global.HTMLFormElement, Symbol.hasInstance, { value: function (node) {
    return node instanceof Element && node.tagName === 'FORM';
  } });

  // Pairs of a query, as URLSearchParams and FormData have them.
  function Pairs(from) {
    var pairs = [];
    this.append = function (key, value) { pairs.push([String(key), String(value)]); };
    this.delete = function (key) { pairs = pairs.filter(function (pair) { return pair[0] !== key; }); };
    this.set = function (key, value) { this.delete(String(key)); this.append(key, value); };
    this.getAll = function (key) { return pairs.filter(function (pair) { return pair[0] === key; }).map(function (pair) { return pair[1]; }); };
    this.get = function (key) { var all = this.getAll(key); return all.length > 0 ? all[0] : null; };
    this.has = function (key) { return this.getAll(key).length > 0; };
    this.forEach = function (work) { pairs.forEach(function (pair) { work(pair[1], pair[0]); }); };
    this.entries = this[Symbol.iterator] = function () { return pairs.slice()[Symbol.iterator](); };
    this.keys = function () { return pairs.map(function (pair) { return pair[0]; })[Symbol.iterator](); };
    this.toString = function () { return encoded(pairs); };
    var add = this.append;
    function decoded(text) { return decodeURIComponent(text.replace(/\+/g, ' ')); }
    if (from instanceof Element) {
      from.elements.forEach(function (field) { if (field.name !== '') { add(field.name, field.value); } });
    } else if (typeof from === 'string') {
      from.replace(/^\?/, '').split('&').forEach(function (pair) {
        var at = pair.indexOf('=');
        if (pair !== '') { add(decoded(at < 0 ? pair : pair.slice(0, at)), at < 0 ? '' : decoded(pair.slice(at + 1))); }
      });
    } else if (from && typeof from[Symbol.iterator] === 'function') {
      Array.from(from).forEach(function (pair) { add(pair[0], pair[1]); });
    } else if (from) {
      Object.keys(from).forEach(function (key) { add(key, from[key]); });
    }
  }
  global.URLSearchParams = global.FormData = Pairs;
  global.URL = function (url, base) {
    url = String(url);
    if (base !== undefined && !/^[a-z][a-z0-9+.-]*:/i.test(url)) {
      var from = new Location(String(base));
      url = /^\/\//.test(url) ? from.protocol + url : from.origin + (/^\//.test(url) ? '' : '/') + url;
    }
    var place = new Location(url), query = new Pairs(place.search);
    this.searchParams = query;
    ['protocol', 'host', 'hostname', 'port', 'pathname', 'hash', 'origin'].forEach(function (key) { this[key] = place[key]; }, this);
    this.toString = this.toJSON = function () {
      var pairs = query.toString();
      return this.protocol + '//' + this.host + (this.pathname || '/') + (pairs === '' ? '' : '?' + pairs) + this.hash;
    };
    Object.defineProperty(this, 'href', { get: this.toString });
    Object.defineProperty(this, 'search', { get: function () { return query.toString() === '' ? '' : '?' + query; }, set: function (text) { query = this.searchParams = new Pairs(String(text)); } });
  };

  // Nothing is ever answered: who waits for an answer waits for ever.
  global.XMLHttpRequest = function () {
    var self = this, address;
    self.readyState = 0;
    self.status = 0;
    self.responseText = '';
    self.open = function (method, url) { address = url; self.readyState = 1; };
    self.setRequestHeader = self.overrideMimeType = self.abort = function () {};
    self.getResponseHeader = function () { return null; };
    self.getAllResponseHeaders = function () { return ''; };
    self.send = function (body) { open(joined(address, typeof body === 'string' ? body : '')); };
    hasEvents(self);
  };
  global.fetch = function (url) { open(url && url.url ? url.url : url); return new Promise(function () {}); };
  global.Image = function () { return new Element('img'); };
  global.Event = global.CustomEvent = function (type) { this.type = type; };

  var page = newDocument();
  global.document = page;
  page.nodeType = 9;
  page.defaultView = global;
  page.cookie = '';
  page.title = page.referrer = '';
  page.compatMode = 'CSS1Compat';
  page.doctype = { name: 'html' };
  page.visibilityState = 'visible';
  page.createElement = function (tag) { return new Element(tag); };
  page.createElementNS = function (space, tag) { return new Element(tag); };
  page.createTextNode = function (text) { return { nodeType: 3, nodeName: '#text', data: String(text), parentNode: null }; };
  page.createDocumentFragment = function () { return new Element('div'); };
  page.documentElement = new Element('html');
  page.head = page.documentElement.appendChild(new Element('head'));
  page.body = page.documentElement.appendChild(new Element('body'));
  page.documentElement.clientWidth = page.body.clientWidth = 1280;
  page.documentElement.clientHeight = page.body.clientHeight = 800;
  var own = page.head.appendChild(new Element('script'));
  page.currentScript = own;
  page.forms = forms;
  page.getElementById = function (id) { return Object.prototype.hasOwnProperty.call(byId, id) ? byId[id] : null; };
  page.getElementsByTagName = function (tag) {
    var root = page.documentElement;
    return (String(tag).toUpperCase() === 'HTML' ? [root] : []).concat(root.getElementsByTagName(tag));
  };
  page.getElementsByName = function (name) {
    return page.getElementsByTagName('*').filter(function (node) { return node.name === name; });
  };
  page.querySelectorAll = function (selector) {
    var id = /^#([\w-]+)$/.exec(selector);
    if (id) { return page.getElementById(id[1]) ? [page.getElementById(id[1])] : []; }
    return page.documentElement.querySelectorAll(selector);
  };
  page.querySelector = function (selector) { return page.querySelectorAll(selector)[0] || null; };
  Object.defineProperty(page, 'location', { get: function () { return here; }, set: function (url) { here.href = url; } });

  // A form of the page, with a hidden input for each value.
  hide('__form', function (id, values) {
    var form = page.createElement('form');
    form.id = id;
    Object.keys(values || {}).forEach(function (name) {
      var input = page.createElement('input');
      input.type = 'hidden';
      input.name = name;
      input.value = values[name];
      form.appendChild(input);
      if (!(name in form)) { form[name] = input; }
    });
    return page.body.appendChild(form);
  });

  // The same script gives the same answers today and tomorrow.
  var Clock = global.Date, NOW = 1700000000000;
  function FixedDate(a, b, c, d, e, f, g) {
    if (!(this instanceof FixedDate)) { return new Clock(NOW).toUTCString(); }
    switch (arguments.length) {
      case 0: return new Clock(NOW);
      case 1: return new Clock(a);
      default: return new Clock(Clock.UTC(a, b, c === undefined ? 1 : c, d || 0, e || 0, f || 0, g || 0));
    }
  }
  FixedDate.prototype = Clock.prototype;
  Clock.prototype.constructor = FixedDate;
  Clock.prototype.getTimezoneOffset = function () { return 0; };
  FixedDate.now = function () { return NOW; };
  FixedDate.parse = Clock.parse;
  FixedDate.UTC = Clock.UTC;
  hide('Date', FixedDate);
  Math.random = function () { return 0.5; };
  delete global.__settle;
})(globalThis);
