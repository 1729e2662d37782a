// A page without a screen: what a script of a site opens or loads is kept as text, and nothing is fetched.
(function () {
  "use strict";
  var opened = [];
  var forms = {};
  var timers = [];
  function keep(address) { if (opened.length < 1000) opened.push(String(address)); }
  function nothing() {}
  function element(tag) {
    var self = {
      tagName: String(tag).toUpperCase(), nodeType: 1, style: {}, children: [], childNodes: [], attributes: {}, elements: [],
      className: "", innerHTML: "", textContent: "", id: "", name: "", value: "", target: "", method: "get", action: "",
      appendChild: function (child) { this.children.push(child); this.childNodes.push(child); child.parentNode = this; loaded(child); return child; },
      insertBefore: function (child) { return this.appendChild(child); },
      removeChild: function (child) { this.children = this.children.filter(function (other) { return other !== child; }); return child; },
      remove: nothing, focus: nothing, blur: nothing, addEventListener: nothing, removeEventListener: nothing,
      setAttribute: function (name, value) { this.attributes[name] = String(value); this[name] = String(value); },
      getAttribute: function (name) { return name in this.attributes ? this.attributes[name] : null; },
      getElementsByTagName: function (name) { return below(this, name); },
      querySelectorAll: function (name) { return below(this, name); },
      querySelector: function (name) { return below(this, name)[0] || null; },
      getBoundingClientRect: function () { return { left: 0, top: 0, width: 0, height: 0 }; },
      click: function () { if (this.href) keep(this.href); },
      submit: function () { keep(this.action + (String(this.action).indexOf("?") < 0 ? "?" : "&") + fields(this)); }
    };
    return self;
  }
  function below(parent, name) {
    var found = [];
    parent.children.forEach(function (child) {
      if (name === "*" || child.tagName === String(name).toUpperCase()) found.push(child);
      found = found.concat(below(child, name));
    });
    return found;
  }
  function fields(form) {
    var all = form.elements.length ? form.elements : below(form, "input");
    return all.map(function (input) { return encodeURIComponent(input.name) + "=" + encodeURIComponent(input.value); }).join("&");
  }
  function loaded(child) {
    if ((child.tagName === "SCRIPT" || child.tagName === "IFRAME" || child.tagName === "IMG") && child.src) keep(child.src);
    if (child.tagName === "LINK" && child.href) keep(child.href);
  }
  var place = { protocol: "https:", host: "page.example.com", hostname: "page.example.com", pathname: "/", search: "", hash: "",
    assign: keep, replace: keep, reload: nothing, toString: function () { return "https://page.example.com/"; } };
  Object.defineProperty(place, "href", { get: function () { return "https://page.example.com/"; }, set: keep });
  var page = element("html");
  var doc = element("#document");
  doc.nodeType = 9;
  doc.documentElement = page;
  doc.head = element("head");
  doc.body = element("body");
  page.appendChild(doc.head);
  page.appendChild(doc.body);
  doc.children = [page];
  doc.readyState = "complete";
  doc.cookie = "";
  doc.title = "";
  doc.compatMode = "CSS1Compat";
  doc.createElement = element;
  doc.createElementNS = function (space, tag) { return element(tag); };
  doc.createTextNode = function (text) { var node = element("#text"); node.nodeType = 3; node.textContent = String(text); return node; };
  doc.createDocumentFragment = function () { return element("#fragment"); };
  doc.getElementById = function (id) { return forms[id] || below(doc, "*").filter(function (child) { return child.id === id; })[0] || null; };
  doc.write = nothing;
  Object.defineProperty(doc, "location", { get: function () { return place; }, set: keep });
  var root = globalThis;
  root.document = doc;
  root.window = root;
  root.self = root;
  root.top = root;
  root.parent = root;
  root.navigator = { userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", platform: "Win32", language: "en-US", languages: ["en-US"], cookieEnabled: true, plugins: [], mimeTypes: [] };
  root.screen = { width: 1920, height: 1080, availWidth: 1920, availHeight: 1080 };
  root.console = { log: nothing, warn: nothing, error: nothing, info: nothing, debug: nothing };
  root.innerWidth = 1920;
  root.innerHeight = 1080;
  root.addEventListener = nothing;
  root.removeEventListener = nothing;
  root.attachEvent = nothing;
  root.alert = nothing;
  root.getComputedStyle = function () { return {}; };
  root.open = function (address) { if (address) keep(address); var other = { closed: false, focus: nothing, close: nothing, document: doc, moveTo: nothing, resizeTo: nothing };
    Object.defineProperty(other, "location", { get: function () { return place; }, set: keep }); return other; };
  root.setTimeout = function (work) { if (timers.length < 100) timers.push(work); return timers.length; };
  root.clearTimeout = nothing;
  root.setInterval = function (work) { return root.setTimeout(work); };
  root.clearInterval = nothing;
  root.requestAnimationFrame = function (work) { return root.setTimeout(work); };
  root.XMLHttpRequest = function () { return { open: function (method, address) { keep(address); }, send: nothing, setRequestHeader: nothing, abort: nothing, readyState: 0, status: 0 }; };
  root.fetch = function (address) { keep(address); return { then: function () { return this; }, catch: function () { return this; } }; };
  root.HTMLElement = function () {};
  root.HTMLFormElement = function () {};
  root.Element = function () {};
  Object.defineProperty(root, "location", { get: function () { return place; }, set: keep });
  root.__opened = opened;
  root.__form = function (id, values) {
    var form = element("form");
    form.id = id;
    Object.keys(values).forEach(function (name) { var input = element("input"); input.name = name; input.value = String(values[name]); input.type = "hidden"; form.appendChild(input); form.elements.push(input); });
    forms[id] = form;
    return form;
  };
  root.__wait = function () { var due = timers.splice(0, timers.length); due.forEach(function (work) { if (typeof work === "function") work(); }); };
})();
