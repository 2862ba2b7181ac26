// The dashboard: live summary, charts, breakdown; names of domains as they are typed.
(function () {
  'use strict';
  var Mailmill = window.Mailmill;
  var figures = document.getElementById('figures');
  var isEmpty = figures.dataset.empty === 'yes';
  var charts = Mailmill.drawCharts ? Mailmill.drawCharts(document.querySelector('[data-charts]')) : null;

  // --- Summary -------------------------------------------------------------------------------------------------------
  function setText(element, text) {
    if (element.textContent === text) return false;
    element.textContent = text;
    return true;
  }

  function showTiles(tiles) {
    tiles.forEach(function (tile) {
      var element = document.querySelector('[data-tile="' + tile.key + '"]');
      if (!element) return;
      var number = element.querySelector('.number');
      var changed = setText(element.querySelector('.full'), tile.full);
      setText(element.querySelector('.compact'), tile.compact);
      setText(element.querySelector('.note'), tile.note);
      if (changed) flash(number);
    });
    speak(tiles);
  }

  // A number that stood still for a while is marked when it moves; one that always moves would only flicker.
  function flash(number) {
    var last = Number(number.dataset.changedAt || 0);
    number.dataset.changedAt = String(Date.now());
    if (Date.now() - last < 6000) return;
    number.classList.remove('changed');
    void number.offsetWidth;
    number.classList.add('changed');
  }

  // Screen readers hear the summary twice a minute, not four times a second.
  var spokenAt = Date.now();
  function speak(tiles) {
    if (Date.now() - spokenAt < 30000) return;
    spokenAt = Date.now();
    document.querySelector('[data-live-summary]').textContent = tiles.map(function (tile) {
      var label = document.querySelector('[data-tile="' + tile.key + '"] dt').textContent;
      return label + ' ' + tile.full;
    }).join(', ');
  }

  var breakdown = document.querySelector('[data-live-html="breakdown"]');
  var completeness = document.querySelector('[data-live-html="completeness"]');
  var hadTraffic = !document.querySelector('#figures > .empty');

  Mailmill.follow({
    tiles: function (tiles) {
      // A page that said "nothing yet" is made anew at the first sign of life.
      var hasTraffic = tiles.some(function (tile) {
        return tile.key !== 'active' && tile.key !== 'delayed' && tile.full !== '0' && tile.full !== '–';
      });
      if (isEmpty || (!hadTraffic && hasTraffic)) { location.reload(); return; }
      showTiles(tiles);
    },
    series: function (data) { if (charts) charts.replace(data); },
    points: function (data) { if (charts) charts.append(data); },
    completeness: function (fragments) {
      if (!Mailmill.isInUse(completeness)) Mailmill.put(completeness, fragments[0]);
    },
    breakdown: function (fragments) {
      if (!breakdown || Mailmill.isInUse(breakdown)) return;
      var left = breakdown.querySelector('.scroll').scrollLeft;
      Mailmill.put(breakdown, fragments[0]);
      breakdown.querySelector('.scroll').scrollLeft = left;
    }
  });

  // --- Domains to choose from ----------------------------------------------------------------------------------------
  var field = document.querySelector('input[name="domain"]');
  var list = document.getElementById('domains');
  var timer = 0;
  if (field && list) {
    field.addEventListener('input', ask);
    field.addEventListener('focus', ask, { once: true });
  }

  function ask() {
    clearTimeout(timer);
    timer = setTimeout(function () {
      fetch('/api/v1/choices?of=domain&prefix=' + encodeURIComponent(field.value), { cache: 'no-store' })
        .then(function (response) { return response.ok ? response.json() : []; })
        .then(function (names) {
          list.replaceChildren.apply(list, names.map(function (name) {
            var option = document.createElement('option');
            option.value = name;
            return option;
          }));
        })
        .catch(function () {});
    }, 120);
  }
})();
