/* Follows the state of an appliance from a page of your own:
 *   BomgarState({ host: 'support.example.com', company: 'example', bearerToken: '...' }).subscribe(function (change) { });
 */
(function (root, factory) {
  'use strict';
  if (typeof define === 'function' && define.amd) {
    define([], factory);
  } else if (typeof module === 'object' && module && module.exports) {
    module.exports = factory();
  } else {
    root.BomgarState = factory();
    root.bomgarState = root.BomgarState;
  }
}(typeof globalThis !== 'undefined' ? globalThis : this, function () {
  'use strict';

  var PORT = 443;
  var CHANGES = ['insert', 'update', 'delete'];
  var SUBPROTOCOL = encodeURIComponent('ingredi state api');
  var SAFE = '9007199254740991';

  /* --- observables: a value after the other, then an error or the end --- */

  function Observable(start) {
    this.start = start;
  }

  Observable.prototype.subscribe = function (onNext, onError, onCompleted) {
    var ended = false;
    var stop = null;
    function end() {
      ended = true;
      if (stop) {
        stop();
        stop = null;
      }
    }
    var observer = {
      next: function (value) {
        if (!ended && onNext) {
          onNext(value);
        }
      },
      error: function (fault) {
        if (!ended) {
          end();
          if (onError) {
            onError(fault);
          }
        }
      },
      completed: function () {
        if (!ended) {
          end();
          if (onCompleted) {
            onCompleted();
          }
        }
      }
    };
    var stopped = this.start(observer);
    if (ended) {
      stopped();
    } else {
      stop = stopped;
    }
    return { dispose: end };
  };

  /* Another observable, made of each value by `step`, which is given the observer as well. */
  function through(source, make) {
    return new Observable(function (observer) {
      var step = make(observer);
      var subscription = source.subscribe(step, observer.error, observer.completed);
      return function () {
        subscription.dispose();
      };
    });
  }

  Observable.prototype.map = function (change) {
    return through(this, function (observer) {
      return function (value) {
        observer.next(change(value));
      };
    });
  };

  Observable.prototype.filter = function (wanted) {
    return through(this, function (observer) {
      return function (value) {
        if (wanted(value)) {
          observer.next(value);
        }
      };
    });
  };

  Observable.prototype.take = function (count) {
    return through(this, function (observer) {
      var left = count;
      return function (value) {
        left -= 1;
        observer.next(value);
        if (left <= 0) {
          observer.completed();
        }
      };
    });
  };

  /* --- messages: bytes up to a newline, then text, then an object --- */

  function toBytes(data) {
    if (data && typeof data === 'object' && data.buffer) {
      return new Uint8Array(data.buffer, data.byteOffset || 0, data.byteLength);
    }
    return new Uint8Array(data);
  }

  /* What stands in UTF-8. Only whole messages are read, so no character is cut. */
  function toText(bytes) {
    var text = '';
    var at = 0;
    while (at < bytes.length) {
      var first = bytes[at];
      var more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
      var code = more === 0 ? first : first & (0x3F >> more);
      for (var next = 1; next <= more; next += 1) {
        code = (code << 6) | (bytes[at + next] & 0x3F);
      }
      at += more + 1;
      if (code > 0xFFFF) {
        code -= 0x10000;
        text += String.fromCharCode(0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF));
      } else {
        text += String.fromCharCode(code);
      }
    }
    return text;
  }

  function isLarge(digits) {
    var number = digits.charAt(0) === '-' ? digits.slice(1) : digits;
    return /^\d+$/.test(number) && (number.length > SAFE.length || (number.length === SAFE.length && number > SAFE));
  }

  /* A number of JavaScript holds no integer beyond 2^53: such an id becomes a text. */
  function parse(text) {
    if (!/\d{16}/.test(text)) {
      return JSON.parse(text);
    }
    return JSON.parse(text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g, function (token) {
      return token.charAt(0) !== '"' && isLarge(token) ? '"' + token + '"' : token;
    }));
  }

  /* Hands on each message once its newline came, in however many parts. */
  function Reader(onMessage) {
    var parts = [];
    function whole(last) {
      var length = last.length;
      parts.forEach(function (part) {
        length += part.length;
      });
      var all = new Uint8Array(length);
      var at = 0;
      parts.concat([last]).forEach(function (part) {
        all.set(part, at);
        at += part.length;
      });
      parts = [];
      return toText(all);
    }
    this.read = function (data) {
      var bytes = typeof data === 'string' ? toBytes(fromText(data)) : toBytes(data);
      var begin = 0;
      for (var at = 0; at < bytes.length; at += 1) {
        if (bytes[at] === 10) {
          var text = whole(bytes.subarray(begin, at));
          begin = at + 1;
          if (/\S/.test(text)) {
            onMessage(parse(text));
          }
        }
      }
      if (begin < bytes.length) {
        parts.push(bytes.subarray(begin));
      }
    };
  }

  function fromText(text) {
    var escaped = unescape(encodeURIComponent(text));
    var bytes = [];
    for (var at = 0; at < escaped.length; at += 1) {
      bytes.push(escaped.charCodeAt(at));
    }
    return bytes;
  }

  /* --- the connection: one socket for all who listen, while anybody does --- */

  function missing(options) {
    return ['host', 'company', 'bearerToken'].filter(function (name) {
      return typeof options[name] !== 'string' || options[name] === '';
    });
  }

  function Connection(options) {
    var observers = [];
    var socket = null;

    function tell(what, value) {
      var faults = [];
      observers.slice().forEach(function (observer) {
        try {
          observer[what](value);
        } catch (fault) {
          faults.push(fault);
        }
      });
      if (faults.length > 0) {
        throw faults[0];
      }
    }

    function end(what, value) {
      var ended = socket;
      socket = null;
      if (ended) {
        ended.onopen = ended.onmessage = ended.onerror = ended.onclose = null;
        try {
          ended.close();
        } catch (closed) {
          /* It is closed already. */
        }
      }
      tell(what, value);
    }

    function say(message) {
      socket.send(JSON.stringify(message) + '\n');
    }

    function authenticate() {
      say({ type: 'authenticate', credentials: { bearer_token: options.bearerToken } });
    }

    function subscribe() {
      say({ type: 'subscribe', tables: options.tables === undefined ? 'all' : options.tables });
    }

    function refused(message) {
      end('error', new Error('BomgarState: ' + (message.reason || 'refused')));
    }

    function open() {
      var registered = false;
      var lacking = missing(options);
      if (lacking.length > 0) {
        end('error', new Error('BomgarState: the options lack ' + lacking.join(', ')));
        return;
      }
      var opened = null;
      try {
        opened = new WebSocket('wss://' + options.host + ':' + (options.port || PORT) + '/nw', SUBPROTOCOL);
      } catch (fault) {
        end('error', fault);
        return;
      }
      socket = opened;
      socket.binaryType = 'arraybuffer';
      var reader = new Reader(function (message) {
        if (socket !== opened) {
          return;
        }
        if (message.type === 'authenticate_response') {
          if (message.success) {
            subscribe();
          } else {
            refused(message);
          }
        } else if (message.type === 'subscribe_response') {
          if (message.success) {
            registered = true;
          } else {
            refused(message);
          }
        } else if (registered) {
          tell('next', message);
        }
      });
      socket.onopen = authenticate;
      socket.onmessage = function (event) {
        reader.read(event.data);
      };
      socket.onerror = function () {
        if (!registered) {
          end('error', new Error('BomgarState: no connection to ' + options.host));
        }
      };
      socket.onclose = function (event) {
        if (registered && (!event || event.wasClean !== false)) {
          end('completed');
        } else {
          end('error', new Error('BomgarState: the connection was lost'));
        }
      };
    }

    this.observable = new Observable(function (observer) {
      observers.push(observer);
      if (!socket) {
        open();
      }
      return function () {
        var at = observers.indexOf(observer);
        if (at >= 0) {
          observers.splice(at, 1);
        }
        if (observers.length === 0 && socket) {
          end('completed');
        }
      };
    });
  }

  /* --- what is public --- */

  /* A section of a message, which stands at its top, or in its inserts. */
  function section(message, name) {
    var inserts = message.insert;
    return message[name] || (name !== 'insert' && inserts && inserts[name]) || {};
  }

  function BomgarState(options) {
    var all = new Connection(options || {}).observable;

    all.changesForTable = function (table) {
      return through(all, function (observer) {
        return function (message) {
          CHANGES.forEach(function (name) {
            var data = section(message, name)[table];
            if (data !== undefined) {
              observer.next({ name: name, data: data });
            }
          });
        };
      });
    };

    function only(name) {
      return function (table) {
        return all.changesForTable(table).filter(function (change) {
          return change.name === name;
        }).map(function (change) {
          return change.data;
        });
      };
    }

    all.tableInserts = only('insert');
    all.tableUpdates = only('update');
    all.tableDeletions = only('delete');

    all.truncations = function () {
      return all.filter(function (message) {
        return message.type === 'truncate_model';
      });
    };

    return all;
  }

  return BomgarState;
}));
