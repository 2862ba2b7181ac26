// The live feed of a page: one stream while the page is seen, none while it is hidden or paused. Browsers allow few
// connections to one server, and a page in the background needs none.
(function () {
  'use strict';
  var Mailmill = window.Mailmill = window.Mailmill || {};

  Mailmill.follow = function (handlers) {
    var region = document.querySelector('[data-live]');
    if (!region || !window.EventSource) return;
    var status = document.querySelector('.live');
    var word = document.querySelector('[data-live-word]');
    var pause = document.querySelector('[data-live-pause]');
    var source = null;
    var paused = false;
    var over = false;
    var wasDown = document.body.dataset.database === 'down';
    var silence = 0;
    var figuresAt = Date.now();

    function say(state, text) {
      status.classList.toggle('is-live', state === 'live');
      status.classList.toggle('is-waiting', state === 'waiting');
      region.classList.toggle('is-stale', state === 'waiting');
      if (word.textContent !== text) word.textContent = text;
    }

    function heard() {
      clearTimeout(silence);
      silence = setTimeout(function () { say('waiting', 'No answer; trying again'); open(); }, 40000);
    }

    function on(name, handle) {
      source.addEventListener(name, function (event) {
        heard();
        if (!paused && !over) handle(JSON.parse(event.data));
      });
    }

    function open() {
      close();
      if (paused || over || document.hidden) return;
      source = new EventSource(region.dataset.live);
      figuresAt = Date.now();
      heard();
      source.onopen = function () { if (!wasDown) say('live', 'Live'); };
      source.onerror = function () {
        if (over || !source) return;
        if (source.readyState === EventSource.CLOSED) return refused();
        say('waiting', 'Connection lost; trying again');
      };
      on('heartbeat', function () {});
      // Figures that came before the database went away are not to be shown now.
      function whileUp(handle) {
        return function (data) {
          if (wasDown) return;
          figuresAt = Date.now();
          if (!status.classList.contains('is-live')) say('live', 'Live');
          handle(data);
        };
      }
      on('signed-out', function () { over = true; close(); location.reload(); });
      on('state', function (data) {
        Mailmill.put(document.getElementById('banner'), data.html);
        var isDown = data.state === 'down';
        // A page that was made without figures, or missed some, is made anew.
        if (wasDown && !isDown) { over = true; location.reload(); return; }
        wasDown = isDown;
        document.body.dataset.database = data.state;
        if (isDown) say('waiting', 'Waiting for the database');
        else say('live', 'Live');
      });
      Object.keys(handlers).forEach(function (name) { on(name, whileUp(handlers[name])); });
    }

    function close() {
      clearTimeout(silence);
      if (source) source.close();
      source = null;
    }

    // The server answered, but with no stream: signed out, too many pages, or it is stopping.
    function refused() {
      close();
      say('waiting', 'Connection lost; trying again');
      setTimeout(function () {
        fetch(region.dataset.live.replace('/live', '/api/v1/status'), { method: 'GET', cache: 'no-store' })
          .then(function (response) {
            if (response.status === 401) location.reload();
            else open();
          }).catch(open);
      }, 3000);
    }

    // The connection stands, but the server has nothing new to tell: its queries fail, or take too long.
    setInterval(function () {
      if (source && !paused && !wasDown && Date.now() - figuresAt > 45000) say('waiting', 'No new figures');
    }, 5000);

    pause.hidden = false;
    pause.addEventListener('click', function () {
      paused = !paused;
      pause.setAttribute('aria-pressed', String(paused));
      pause.textContent = paused ? 'Go on' : 'Pause';
      if (paused) { close(); say('paused', 'Paused'); } else open();
    });
    document.addEventListener('visibilitychange', function () {
      if (document.hidden) close();
      else if (!source) open();
    });
    window.addEventListener('pagehide', close);
    window.addEventListener('pageshow', function (event) { if (event.persisted) open(); });
    word.textContent = 'Connecting';
    open();
  };

  // Puts a fragment that the server rendered in place, its times in the person's zone.
  Mailmill.put = function (element, html) {
    if (!element || element.dataset.shown === html) return;
    element.dataset.shown = html;
    element.innerHTML = html;
    Mailmill.localize(element, true);
  };

  // Somebody is reading or using it: it stays as it is.
  Mailmill.isInUse = function (element) {
    var selection = window.getSelection();
    var isSelected = selection && !selection.isCollapsed && element.contains(selection.anchorNode);
    return isSelected || element.contains(document.activeElement) || element.querySelector('details[open]') !== null;
  };
})();
