// Sets the chosen colours before the first paint. Runs in the head, on purpose.
(function () {
  'use strict';
  try {
    var theme = localStorage.getItem('mailmill-theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.setAttribute('data-theme', theme);
  } catch (error) {
    // Storage is blocked: the system's colours it is.
  }
  document.documentElement.classList.add('js');
})();
