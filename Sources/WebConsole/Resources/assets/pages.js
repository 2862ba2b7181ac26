// Every page: colours, time zone, times in it, "Show" beside passwords, waiting for the database.
(function () {
  'use strict';
  var Mailmill = window.Mailmill = window.Mailmill || {};
  var body = document.body;

  // --- Time zone -----------------------------------------------------------------------------------------------------
  function cookie(name) {
    var found = document.cookie.split('; ').find(function (part) { return part.indexOf(name + '=') === 0; });
    return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
  }

  function chooseZone() {
    var kept = cookie('mailmill-zone');
    if (kept.indexOf('chosen:') === 0) return body.dataset.zone;
    var browser = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
    if (kept !== browser) {
      var secure = location.protocol === 'https:' ? '; Secure' : '';
      document.cookie = 'mailmill-zone=' + encodeURIComponent(browser) + '; Path=/; Max-Age=31536000; SameSite=Lax' + secure;
    }
    return browser;
  }

  Mailmill.zone = chooseZone();
  var parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: Mailmill.zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
    hour: '2-digit', minute: '2-digit', second: '2-digit'
  });

  Mailmill.clock = function (date) {
    var found = {};
    parts.formatToParts(date).forEach(function (part) { found[part.type] = part.value; });
    return {
      day: found.year + '-' + found.month + '-' + found.day, minute: found.hour + ':' + found.minute,
      second: found.hour + ':' + found.minute + ':' + found.second, month: found.month, date: found.day
    };
  };

  // The server wrote times in the zone that it knew; where the browser's is another, they are written anew.
  Mailmill.localize = function (root, always) {
    if (!always && Mailmill.zone === body.dataset.zone) return;
    var today = Mailmill.clock(new Date()).day;
    root.querySelectorAll('time[datetime]').forEach(function (element) {
      var time = Mailmill.clock(new Date(element.dateTime));
      var style = element.dataset.style;
      var text = style === 'minute' ? time.day + ' ' + time.minute : time.day + ' ' + time.second;
      if (style === 'short' && time.day === today) text = time.second;
      element.textContent = text;
    });
  };
  Mailmill.localize(document, false);
  if (Mailmill.zone !== body.dataset.zone) {
    var name = document.querySelector('[data-zone-name]');
    if (name) name.parentNode.textContent = 'Times in ' + Mailmill.zone + '; UTC where you point at one';
    document.querySelectorAll('input[type="datetime-local"]').forEach(function (field) {
      var time = Mailmill.clock(new Date(field.value + (body.dataset.zone === 'UTC' ? 'Z' : '')));
      if (body.dataset.zone === 'UTC' && field.value) field.value = time.day + 'T' + time.minute;
    });
  }

  // --- Colours -------------------------------------------------------------------------------------------------------
  var toggle = document.querySelector('[data-theme-toggle]');
  if (toggle) {
    var themes = ['auto', 'light', 'dark'];
    var words = { auto: 'Auto', light: 'Light', dark: 'Dark' };
    var spoken = { auto: 'as the system', light: 'light', dark: 'dark' };
    var show = function (theme) {
      toggle.querySelector('[data-theme-word]').textContent = words[theme];
      toggle.setAttribute('aria-label', 'Colours: ' + spoken[theme]);
    };
    var present = function () { return document.documentElement.getAttribute('data-theme') || 'auto'; };
    toggle.hidden = false;
    show(present());
    toggle.addEventListener('click', function () {
      var next = themes[(themes.indexOf(present()) + 1) % themes.length];
      if (next === 'auto') document.documentElement.removeAttribute('data-theme');
      else document.documentElement.setAttribute('data-theme', next);
      try {
        if (next === 'auto') localStorage.removeItem('mailmill-theme');
        else localStorage.setItem('mailmill-theme', next);
      } catch (error) {
        // Storage is blocked: it holds for this page.
      }
      show(next);
      document.dispatchEvent(new Event('mailmill-theme'));
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () {
      document.dispatchEvent(new Event('mailmill-theme'));
    });
  }

  // --- Passwords -----------------------------------------------------------------------------------------------------
  document.querySelectorAll('[data-shows]').forEach(function (button) {
    button.hidden = false;
    button.addEventListener('click', function () {
      var shows = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(shows));
      button.textContent = shows ? 'Hide' : 'Show';
      button.dataset.shows.split(' ').forEach(function (id) {
        document.getElementById(id).type = shows ? 'text' : 'password';
      });
    });
  });

  // A delay after failed sign-ins counts down; the button waits with it.
  var wait = document.querySelector('[data-wait]');
  if (wait) {
    var until = Date.now() + 1000 * Number(wait.dataset.wait);
    var submit = document.querySelector('form button[type="submit"].main');
    submit.disabled = true;
    var tick = setInterval(function () {
      var left = Math.ceil((until - Date.now()) / 1000);
      if (left > 0) {
        submit.textContent = 'Sign in (in ' + (left < 60 ? left + ' s' : Math.ceil(left / 60) + ' min') + ')';
        return;
      }
      clearInterval(tick);
      submit.disabled = false;
      submit.textContent = 'Sign in';
    }, 500);
  }

  // --- The database is down: the page comes back by itself -----------------------------------------------------------
  Mailmill.returnWhenUp = function () {
    setTimeout(function () {
      fetch('/healthz', { cache: 'no-store' }).then(function (response) {
        if (!response.ok) return Mailmill.returnWhenUp();
        var typing = document.querySelector('input[type="password"]');
        if (typing && typing.value) document.getElementById('banner').textContent = '';
        else location.reload();
      }).catch(Mailmill.returnWhenUp);
    }, 2000);
  };
  if (body.dataset.database === 'down') Mailmill.returnWhenUp();
})();
