// Numbers as the server writes them.
(function () {
  'use strict';
  var Mailmill = window.Mailmill = window.Mailmill || {};
  var grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

  Mailmill.whole = function (number) {
    return number === null || number === undefined || isNaN(number) ? '–' : grouped.format(number);
  };

  function significant(value) {
    return value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
  }

  // For the charts' axes and legends: 950, 1,200, 12.3k, 1.2M.
  Mailmill.compact = function (number) {
    if (number === null || number === undefined || isNaN(number)) return '–';
    if (number > 0 && number < 10 && number % 1 !== 0) return number.toFixed(1);
    if (number < 10000) return grouped.format(number);
    if (number < 999500) return significant(number / 1e3) + 'k';
    if (number < 999500000) return significant(number / 1e6) + 'M';
    return significant(number / 1e9) + 'G';
  };
  Mailmill.tick = function (number) {
    if (number >= 1e9) return String(+(number / 1e9).toFixed(2)) + 'G';
    if (number >= 1e6) return String(+(number / 1e6).toFixed(2)) + 'M';
    if (number >= 10000) return String(+(number / 1e3).toFixed(2)) + 'k';
    return number % 1 === 0 ? grouped.format(number) : String(+number.toFixed(2));
  };
})();
