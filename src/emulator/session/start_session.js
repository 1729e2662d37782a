/* Starts support sessions from a page of your own:
 *   BG.setSite("support.example.com");
 *   BG.start(BG.START_TYPE.CHAT, { sessionKey: "1234567" });
 */
var BG = (function () {
  'use strict';

  var START_TYPE = {
    CHAT: 'chat',
    FULL: 'full'
  };
  var site = '';

  function setSite(hostname) {
    if (typeof hostname !== 'string' || !/^[^\s\/?#]+$/.test(hostname)) {
      throw new Error('BG.setSite: give the hostname without its protocol');
    }
    site = hostname;
  }

  function put(query, name, value) {
    if (value === undefined || value === null || value === '') {
      return;
    }
    query.push(encodeURIComponent(name) + '=' + encodeURIComponent(String(value)));
  }

  function list(value) {
    return Array.isArray(value) ? value.join(',') : value;
  }

  function isElement(thing) {
    return thing.nodeType === 1 || typeof thing.getElementsByTagName === 'function' || 'elements' in thing;
  }

  function inputs(form) {
    if (form.elements && form.elements.length !== undefined) {
      return form.elements;
    }
    if (typeof form.getElementsByTagName === 'function') {
      return form.getElementsByTagName('input');
    }
    return form.children || [];
  }

  function putForm(query, form) {
    var all = inputs(form);
    for (var i = 0; i < all.length; i += 1) {
      var input = all[i];
      var unchecked = (input.type === 'checkbox' || input.type === 'radio') && !input.checked;
      if (input.name && !input.disabled && !unchecked && isSent(input.name)) {
        put(query, input.name === 'skills' ? 'session.skills' : input.name, input.value);
      }
    }
  }

  function isSent(name) {
    return true;
  }

  function putIssue(query, issue) {
    put(query, 'issue_menu', 1);
    if (isElement(issue)) {
      putForm(query, issue);
      return;
    }
    if ((issue.id === undefined) === (issue.codeName === undefined)) {
      throw new Error('BG.start: an issue has either id or codeName');
    }
    put(query, 'id', issue.id);
    put(query, 'codeName', issue.codeName);
  }

  function putRep(query, rep) {
    if (rep.id === undefined || rep.name === undefined) {
      throw new Error('BG.start: rep needs both id and name');
    }
    put(query, 'id', rep.id);
    put(query, 'name', rep.name);
  }

  function putMethod(query, options) {
    var given = ['sessionKey', 'rep', 'issue'].filter(function (name) {
      return options[name] !== undefined && options[name] !== null;
    });
    if (given.length === 0) {
      throw new Error('BG.start: give sessionKey, rep or issue');
    }
    if (given.length > 1 && severalRefused) {
      throw new Error('BG.start: give only one of ' + given.join(', '));
    }
    if (given[0] === 'sessionKey') {
      put(query, 'short_key', options.sessionKey);
    } else if (given[0] === 'rep') {
      putRep(query, options.rep);
    } else {
      putIssue(query, options.issue);
    }
  }

  var severalRefused = true;

  function putCustomer(query, customer) {
    put(query, 'customer.name', customer.name);
    put(query, 'customer.company', customer.company);
    put(query, 'customer.company_code', customer.company_code);
    put(query, 'customer.details', customer.details);
  }

  function putAttributes(query, attributes) {
    Object.keys(attributes).forEach(function (name) {
      put(query, 'session.custom.' + name, attributes[name]);
    });
  }

  function address(startType, options) {
    var query = [];
    putMethod(query, options);
    put(query, 'session.skills', list(options.skills));
    putCustomer(query, options.customer || {});
    put(query, 'locale', options.locale);
    putAttributes(query, options.attributes || {});
    if (startType === START_TYPE.CHAT) {
      put(query, 'c2cjs', 1);
    }
    return 'https://' + site + '/api/start_session?' + query.join('&');
  }

  function openChat(url, uiOptions) {
    var fallback = uiOptions.fallbackToFullWindow;
    if (fallback === undefined) {
      fallback = true;
    }
    var popup = null;
    try {
      popup = window.open(url, 'bg_chat', 'width=380,height=560,resizable=yes');
    } catch (blocked) {
      popup = null;
    }
    if (!popup && fallback) {
      window.location.href = url;
    }
  }

  /* The download begins by itself; the dialog has a link for whoever stopped it. */
  function openFull(url) {
    try {
      var dialog = document.createElement('div');
      var link = document.createElement('a');
      link.setAttribute('href', url);
      link.appendChild(document.createTextNode('Download the customer client'));
      dialog.setAttribute('role', 'dialog');
      dialog.appendChild(link);
      document.body.appendChild(dialog);
    } catch (noPage) {
      /* Without a page to show it on there is no dialog. */
    }
    window.location.href = url;
  }

  function start(startType, options) {
    if (startType !== START_TYPE.CHAT && startType !== START_TYPE.FULL) {
      throw new Error('BG.start: the start type is BG.START_TYPE.CHAT or BG.START_TYPE.FULL');
    }
    if (!options || typeof options !== 'object') {
      throw new Error('BG.start: the options are missing');
    }
    if (!site) {
      throw new Error('BG.start: call BG.setSite first');
    }
    var url = address(startType, options);
    if (startType === START_TYPE.CHAT) {
      openChat(url, options.uiOptions || {});
    } else {
      openFull(url);
    }
  }

  return { START_TYPE: START_TYPE, setSite: setSite, start: start };
}());

if (typeof window !== 'undefined') {
  window.BG = BG;
}
