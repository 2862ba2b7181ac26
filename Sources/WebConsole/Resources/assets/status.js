// The Status page: tables that the server renders, in place of the old ones.
(function () {
  'use strict';
  var Mailmill = window.Mailmill;
  var tables = document.querySelector('[data-live-html="status"]');

  Mailmill.follow({
    status: function (fragments) {
      if (!tables) { location.reload(); return; }
      if (Mailmill.isInUse(tables)) return;
      var left = Array.from(tables.querySelectorAll('.scroll')).map(function (region) { return region.scrollLeft; });
      Mailmill.put(tables, fragments[0]);
      tables.querySelectorAll('.scroll').forEach(function (region, index) { region.scrollLeft = left[index] || 0; });
    }
  });
})();
