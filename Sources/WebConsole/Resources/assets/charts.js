// Four stacked-area charts over one range selector, by dygraphs. What is drawn is in the page's data table too.
(function () {
  'use strict';
  var Mailmill = window.Mailmill = window.Mailmill || {};

  // Columns of a traffic row: start, receptions, rejections 5xx, 4xx, discards, deliveries, bounces, transient failures.
  // The last series of a chart lies lowest in its stack.
  var charts = {
    inbound: { rows: 'traffic', isRate: true, series: [
      ['discards', 4, 's4', [9, 3, 2, 3]], ['rejections4', 3, 's3', [2, 3]], ['rejections5', 2, 's2', [7, 3]],
      ['receptions', 1, 's1', null]] },
    outbound: { rows: 'traffic', isRate: true, series: [
      ['transient', 7, 's3', [2, 3]], ['bounces', 6, 's2', [7, 3]], ['deliveries', 5, 's1', null]] },
    queues: { rows: 'queues', isRate: false, series: [['delayed', 2, 's3', [2, 3]], ['active', 1, 's1', null]] },
    connections: { rows: 'queues', isRate: false, series: [['connectionsout', 4, 's2', [7, 3]], ['connectionsin', 3, 's1', null]] },
    range: { rows: 'traffic', isRate: true, series: [['all', -1, 's1', null]] }
  };

  // dygraphs' own legend writes style attributes, which our Content-Security-Policy forbids; ours stand in the page.
  function withoutLegend() {
    var legend = Dygraph.Plugins && Dygraph.Plugins.Legend;
    Dygraph.PLUGINS = Dygraph.PLUGINS.filter(function (plugin) { return plugin !== legend; });
  }

  function color(name) { return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(); }

  // --- Points --------------------------------------------------------------------------------------------------------
  // null where nothing is known: ahead of what any node has been read to, or not measured.
  function points(chart, data) {
    return data[chart.rows].filter(function (row) { return row[0] <= data.now; }).map(function (row) {
      var start = row[0];
      var isUnread = chart.rows === 'traffic' && data.newest !== null && start >= data.newest;
      var seconds = Math.min(data.bucket, Math.max(data.now - start, 0));
      var scale = chart.isRate ? 3600 / seconds : 1;
      var isTooYoung = chart.isRate && seconds < Math.min(15, data.bucket / 4);
      return [new Date(start * 1000)].concat(chart.series.map(function (series) {
        if (isUnread || isTooYoung) return null;
        var value = series[1] < 0 ? row[1] + row[5] : row[series[1]];
        return value === null ? null : value * scale;
      }));
    });
  }

  // Where a filter asks for more than the logs tell of receptions, nothing but zeros is nothing told.
  function isMeasured(rows, mustBeMore) {
    return rows.some(function (row) { return row.slice(1).some(function (value) { return mustBeMore ? value > 0 : value !== null; }); });
  }

  // --- Time axis in the person's zone --------------------------------------------------------------------------------
  var minute = 60000, hour = 3600000, day = 86400000;
  var steps = [minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour,
    12 * hour, day, 2 * day, 7 * day, 14 * day, 28 * day, 56 * day];

  function offset(milliseconds) {
    var time = Mailmill.clock(new Date(milliseconds));
    return Date.parse(time.day + 'T' + time.second + 'Z') - Math.floor(milliseconds / 1000) * 1000;
  }

  function ticks(from, to, pixels) {
    var wanted = Math.max(2, Math.floor(pixels / 78));
    var step = steps.find(function (size) { return (to - from) / size <= wanted; }) || steps[steps.length - 1];
    var found = [];
    var shift = offset(from);
    for (var local = Math.ceil((from + shift) / step) * step; local - shift <= to; local += step) {
      var at = local - shift;
      // Summer time may have begun or ended on the way.
      at = local - offset(at);
      if (at < from || at > to) continue;
      var time = Mailmill.clock(new Date(at));
      var isDay = step >= day || (time.minute === '00:00');
      found.push({ v: at, label: isDay ? time.month + '-' + time.date : time.minute });
    }
    return found;
  }

  // --- Drawing -------------------------------------------------------------------------------------------------------
  // What is not complete for every node lies under a shade.
  function shade(canvas, area, graph, data) {
    if (data.oldest === null || data.oldest > data.now - 90) return;
    var left = Math.max(graph.toDomXCoord(data.oldest * 1000), area.x);
    if (left >= area.x + area.w) return;
    canvas.fillStyle = color('chart-shade');
    canvas.fillRect(left, area.y, area.x + area.w - left, area.h);
  }

  // Dragging zooms; fingers scroll the page.
  function interaction() {
    var model = Object.assign({}, Dygraph.defaultInteractionModel);
    ['touchstart', 'touchmove', 'touchend'].forEach(function (name) { delete model[name]; });
    return model;
  }

  function options(name, chart, state) {
    var isRange = name === 'range';
    var series = {};
    chart.series.forEach(function (one) {
      series[one[0]] = { color: color(one[2]), strokePattern: one[3] || undefined };
    });
    var settings = {
      labels: ['time'].concat(chart.series.map(function (one) { return one[0]; })),
      series: series,
      stackedGraph: !isRange,
      stackedGraphNaNFill: 'none',
      fillGraph: !isRange,
      fillAlpha: 0.34,
      strokeWidth: isRange ? 0 : 1.6,
      highlightCircleSize: 3,
      connectSeparatedPoints: false,
      includeZero: true,
      legend: 'never',
      animatedZooms: false,
      gridLineColor: color('grid'),
      axisLineColor: color('line'),
      showRangeSelector: isRange,
      rangeSelectorHeight: 34,
      rangeSelectorPlotFillColor: color('range-fill'),
      rangeSelectorPlotFillGradientColor: '',
      rangeSelectorPlotStrokeColor: color('s1'),
      rangeSelectorForegroundStrokeColor: color('muted'),
      rangeSelectorBackgroundStrokeColor: color('line'),
      rangeSelectorAlpha: 0.6,
      axes: {
        x: { ticker: ticks, axisLabelWidth: 70, drawGrid: !isRange,
          axisLineColor: isRange ? 'transparent' : color('line') },
        y: { axisLabelWidth: 44, axisLabelFormatter: isRange ? function () { return ''; } : Mailmill.tick,
          axisLineColor: isRange ? 'transparent' : color('line'), drawGrid: !isRange, pixelsPerLabel: 34 }
      },
      dateWindow: [state.data.from * 1000, Math.min(state.data.to, state.data.now) * 1000],
      underlayCallback: function (canvas, area, graph) { shade(canvas, area, graph, state.data); }
    };
    if (!isRange) settings.interactionModel = interaction();
    return settings;
  }

  Mailmill.drawCharts = function (root) {
    if (!root || !window.Dygraph) return null;
    root.hidden = false;
    withoutLegend();
    var state = { data: JSON.parse(root.dataset.series), isHeld: false };
    var graphs = {};

    function full() { return [state.data.from * 1000, Math.min(state.data.to, state.data.now) * 1000]; }

    Object.keys(charts).forEach(function (name) {
      var chart = charts[name];
      var element = root.querySelector('[data-chart="' + name + '"]');
      var rows = points(chart, state.data);
      var none = element.querySelector('.unmeasured');
      if (!isMeasured(rows, name === 'inbound' && none)) {
        if (none) none.hidden = false;
        rows = [[new Date(state.data.from * 1000)].concat(chart.series.map(function () { return null; }))];
      }
      var settings = options(name, chart, state);
      if (name !== 'range') {
        settings.highlightCallback = function (event, x) { showValues(x); };
        settings.unhighlightCallback = function () { showValues(null); };
      }
      graphs[name] = new Dygraph(element.querySelector('.plot'), rows, settings);
    });
    var all = Object.keys(graphs).map(function (name) { return graphs[name]; });
    Dygraph.synchronize(all, { selection: true, zoom: true, range: false });

    // --- Legends ---
    var outputs = {};
    root.querySelectorAll('[data-value]').forEach(function (output) { outputs[output.dataset.value] = output; });
    var timeOutput = root.querySelector('[data-chart-time]');

    // The values at a time, or, away from the charts, those of the last whole bucket.
    function showValues(x) {
      Object.keys(charts).forEach(function (name) {
        if (name === 'range') return;
        var rows = points(charts[name], state.data);
        var row = x === null ? lastWhole(rows) : rows.find(function (one) { return +one[0] === x; });
        charts[name].series.forEach(function (series, index) {
          var value = row ? row[index + 1] : null;
          outputs[series[0]].textContent = Mailmill.compact(value === null ? null : Math.round(value));
        });
      });
      if (x === null) { timeOutput.textContent = ''; return; }
      var time = Mailmill.clock(new Date(x));
      timeOutput.textContent = time.day + ' ' + time.minute;
    }

    function lastWhole(rows) {
      var limit = (state.data.now - state.data.bucket) * 1000;
      var known = rows.filter(function (row) {
        return +row[0] <= limit && row.slice(1).some(function (value) { return value !== null; });
      });
      return known[known.length - 1];
    }
    showValues(null);

    // --- A range that somebody drags becomes the page's period ---
    function settle() {
      state.isHeld = false;
      var range = graphs.range.xAxisRange();
      var whole = full();
      var slack = (whole[1] - whole[0]) * 0.005;
      if (range[0] <= whole[0] + slack && range[1] >= whole[1] - slack) { redraw(); return; }
      var bucket = 60;
      var from = Math.floor(range[0] / 1000 / bucket) * bucket;
      var to = Math.max(Math.ceil(range[1] / 1000 / bucket) * bucket, from + 5 * bucket);
      var address = new URL(location.href);
      address.searchParams.set('period', 'custom');
      address.searchParams.set('from', new Date(from * 1000).toISOString().replace('.000Z', 'Z'));
      address.searchParams.set('to', new Date(to * 1000).toISOString().replace('.000Z', 'Z'));
      location.assign(address);
    }
    root.addEventListener('pointerdown', function () { state.isHeld = true; }, true);
    document.addEventListener('pointerup', function () { if (state.isHeld) setTimeout(settle, 60); }, true);
    document.addEventListener('pointercancel', function () { state.isHeld = false; }, true);

    // --- New points ---
    var drawnAt = 0;
    function redraw() {
      if (state.isHeld) return;
      drawnAt = Date.now();
      Object.keys(graphs).forEach(function (name) {
        var rows = points(charts[name], state.data);
        var none = root.querySelector('[data-chart="' + name + '"] .unmeasured');
        if (!isMeasured(rows, name === 'inbound' && none)) return;
        if (none) none.hidden = true;
        graphs[name].updateOptions({ file: rows, dateWindow: full() });
      });
      if (!timeOutput.textContent) showValues(null);
    }

    function redrawSoon() { if (Date.now() - drawnAt >= 1000) redraw(); }

    function merge(name, rows) {
      var kept = state.data[name];
      rows.forEach(function (row) {
        var at = kept.findIndex(function (one) { return one[0] === row[0]; });
        if (at >= 0) kept[at] = row;
        else if (!kept.length || kept[kept.length - 1][0] < row[0]) kept.push(row);
      });
      while (kept.length && kept[0][0] + state.data.bucket <= state.data.from) kept.shift();
    }

    document.addEventListener('mailmill-theme', function () {
      Object.keys(graphs).forEach(function (name) {
        graphs[name].updateOptions(options(name, charts[name], state));
      });
    });

    return {
      replace: function (data) { state.data = data; redraw(); },
      append: function (data) {
        if (data.bucket !== state.data.bucket) return;
        ['from', 'to', 'now', 'oldest', 'newest'].forEach(function (key) { state.data[key] = data[key]; });
        merge('traffic', data.traffic);
        merge('queues', data.queues);
        redrawSoon();
      }
    };
  };
})();
