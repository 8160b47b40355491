/// The page's style: readable in light and dark, on a phone, on a wide screen and on paper.
enum PageStyle {
  static let text = [colors, page, findings, pictures, tables, narrow, paper].joined(separator: "\n")

  /// Every colour has one meaning; none is the only sign of anything.
  private static let colors = """
    :root {
      color-scheme: light dark;
      --ground: #f6f7f9; --sheet: #ffffff; --ink: #1b1f24; --quiet: #57606a; --line: #d9dee4; --well: #eef1f4;
      --error: #b42318; --error-ground: #fdeceA; --warning: #8a5300; --warning-ground: #fdf3dc;
      --note: #1f5f99; --note-ground: #e6f0fa; --good: #17733f; --good-ground: #e3f4e9;
      --tls: #4a78b5; --tls-open: #86a8d3; --icmp: #7a4fb3; --large: #b8620b; --link: #1a5fb4;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #0f1317; --sheet: #171c22; --ink: #e4e8ec; --quiet: #9aa5b1; --line: #2c343d; --well: #1f262e;
        --error: #ff8f85; --error-ground: #3a1a18; --warning: #f0b95a; --warning-ground: #34270f;
        --note: #82b8f0; --note-ground: #14283c; --good: #6fd39a; --good-ground: #12301f;
        --tls: #5d8fd0; --tls-open: #39597f; --icmp: #b793ea; --large: #f0a35a; --link: #8ab8f5;
      }
    }
    """

  private static let page = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    body {
      margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
    }
    code, .time, .number, .id, .ends {
      font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
    }
    code { font-size: .88em; background: var(--well); border-radius: 4px; padding: .1em .35em; }
    a { color: var(--link); text-underline-offset: .15em; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 4px; }
    main:focus { outline: none; }
    h1, h2, h3, h4, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
    .wide { max-width: 76rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2rem); }
    .skip { position: absolute; left: -999rem; }
    .skip:focus { left: 1rem; top: 1rem; background: var(--sheet); padding: .5rem 1rem; z-index: 1; }
    .shared { position: absolute; }
    .top {
      background: var(--sheet); border-bottom: 1px solid var(--line); border-top: 6px solid var(--good);
      padding: 1.75rem 0 0;
    }
    .top.broken { border-top-color: var(--error); }
    .top.degraded { border-top-color: var(--warning); }
    .subject { color: var(--quiet); font-size: .9rem; }
    .tone { margin-top: .9rem; font-weight: 700; color: var(--good); }
    .tone span { background: var(--good-ground); padding: .2rem .7rem; border-radius: 99px; font-size: .9rem; }
    .broken .tone span { color: var(--error); background: var(--error-ground); }
    .degraded .tone span { color: var(--warning); background: var(--warning-ground); }
    h1 {
      font-size: clamp(1.3rem, 1rem + 1.6vw, 1.95rem); line-height: 1.3; font-weight: 650; letter-spacing: -.01em;
      margin-top: .6rem; max-width: 54rem; text-wrap: pretty;
    }
    h2 { font-size: 1.3rem; letter-spacing: -.01em; margin: 2.75rem 0 1rem; }
    .lead {
      font-size: clamp(1.02rem, .95rem + .4vw, 1.2rem); margin-top: .6rem; max-width: 54rem; color: var(--ink);
    }
    .lead:empty { display: none; }
    .chips, nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1rem; }
    .chip {
      border: 1px solid var(--line); border-radius: 99px; padding: .1rem .75rem; font-size: .88rem;
      color: var(--quiet);
    }
    .chip.error, .chip.warning, .chip.note { border-color: transparent; font-weight: 600; }
    .chip.error { color: var(--error); background: var(--error-ground); }
    .chip.warning { color: var(--warning); background: var(--warning-ground); }
    .chip.note { color: var(--note); background: var(--note-ground); }
    nav ul { gap: .25rem 1.5rem; margin-top: 1.25rem; padding-bottom: .9rem; font-size: .95rem; }
    nav a { text-decoration: none; }
    nav a:hover { text-decoration: underline; }
    .left, .hint, .faint { color: var(--quiet); font-size: .9rem; }
    .left:empty { display: none; }
    .left { margin-top: .75rem; }
    .good { color: var(--good); font-weight: 600; }
    footer.wide { color: var(--quiet); font-size: .85rem; margin-top: 2.5rem; padding-bottom: 2.5rem; }
    """

  private static let findings = """
    .card, .finding {
      background: var(--sheet); border: 1px solid var(--line); border-radius: 10px;
      padding: 1.25rem clamp(1rem, 2.2vw, 1.6rem) 1.4rem; margin-top: 1rem;
    }
    .finding { border-left: 5px solid var(--note); scroll-margin-top: 1rem; }
    .finding.error { border-left-color: var(--error); }
    .finding.warning { border-left-color: var(--warning); }
    .finding:target { box-shadow: 0 0 0 3px var(--link); }
    h3 { font-size: 1.1rem; line-height: 1.4; }
    h4 {
      font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: var(--quiet); margin-bottom: .5rem;
    }
    .id { font-size: .9em; color: var(--quiet); font-weight: 600; }
    .badge {
      font-size: .72rem; font-weight: 700; text-transform: uppercase; letter-spacing: .05em; padding: .12rem .5rem;
      border-radius: 4px; vertical-align: .12em; color: var(--note); background: var(--note-ground);
    }
    .badge.error { color: var(--error); background: var(--error-ground); }
    .badge.warning { color: var(--warning); background: var(--warning-ground); }
    .about { color: var(--quiet); font-size: .88rem; margin-top: .15rem; }
    .explanation { margin-top: .8rem; max-width: 62rem; text-wrap: pretty; }
    .confidence { margin-top: .7rem; color: var(--quiet); font-size: .92rem; }
    .confidence strong { color: var(--ink); }
    .meter { display: inline-flex; gap: 3px; margin-right: .3rem; }
    .meter i { width: .55rem; height: .55rem; border-radius: 50%; border: 1.5px solid var(--quiet); }
    .meter i:first-child, .likely .meter i:nth-child(2), .certain .meter i { background: var(--quiet); }
    .facts { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1rem; }
    .facts div { background: var(--well); border-radius: 6px; padding: .3rem .7rem; }
    .facts dt { font-size: .76rem; color: var(--quiet); line-height: 1.3; }
    .facts dd { font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.35; }
    .causes { margin-top: 1rem; color: var(--quiet); font-size: .92rem; }
    .causes a { display: block; width: fit-content; }
    .sides {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1.5rem 2.5rem;
      margin-top: 1.3rem;
    }
    .remedies ol { padding-left: 1.3rem; }
    .remedies li + li { margin-top: .45rem; }
    .filter { margin-top: .8rem; font-size: .88rem; color: var(--quiet); }
    .filter span { display: block; }
    .filter code { color: var(--ink); user-select: all; }
    """

  private static let pictures = """
    .card h3 .ends { font-size: .98em; }
    .name { color: var(--quiet); font-weight: 400; font-size: .95em; }
    .pictures {
      display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem 2.5rem; margin-top: 1rem;
      align-items: start;
    }
    .pictures svg { display: block; }
    .chain { max-width: 24rem; }
    figcaption { color: var(--quiet); font-size: .8rem; margin-bottom: .5rem; }
    @media (min-width: 62rem) {
      .pictures:has(.chain) { grid-template-columns: minmax(0, 1fr) 21rem; }
    }
    svg text { fill: var(--ink); font-size: 13px; }
    svg .lane {
      fill: var(--ink); font-size: 12.5px; font-weight: 600; paint-order: stroke; stroke: var(--sheet);
      stroke-width: 4px; stroke-linejoin: round;
    }
    svg .total, svg .tick, svg .when, svg .end-address {
      fill: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums;
    }
    .rail, .axis { stroke: var(--line); }
    .start { stroke: var(--tls); stroke-opacity: .35; stroke-dasharray: 2 4; }
    .bar { stroke: var(--sheet); stroke-width: 1; }
    .session { fill: var(--tls); }
    .open { fill: var(--tls-open); }
    .hatch-ground { fill: var(--error-ground); }
    .hatch-line { fill: var(--error); fill-opacity: .55; }
    .attempt { fill: url(#hatch); stroke: var(--error); }
    .attempt.established { fill: var(--good); stroke: var(--sheet); }
    .carrying { fill: var(--good); fill-opacity: .35; }
    .attempt.none { fill: var(--well); stroke: var(--quiet); }
    .attempt.lost { fill: var(--warning-ground); stroke: var(--warning); }
    .dtls-silence { fill: var(--warning-ground); stroke: var(--warning); stroke-dasharray: 4 3; }
    .dot { stroke: var(--sheet); stroke-width: 1.5; fill: var(--large); }
    .dot.icmp { fill: var(--icmp); }
    .dot.dtls { fill: var(--good); }
    .dot.dtls-alert { fill: var(--error); }
    .lasting { stroke: var(--note); stroke-opacity: .45; stroke-width: 2; }
    .lasting.error { stroke: var(--error); }
    .lasting.warning { stroke: var(--warning); }
    .moment-mark path { fill: var(--note); stroke: var(--sheet); stroke-width: 1.5; }
    .moment-mark.error path { fill: var(--error); }
    .moment-mark.warning path { fill: var(--warning); }
    .flag-id { fill: var(--note); font-weight: 700; }
    .flag.error .flag-id { fill: var(--error); }
    .flag.warning .flag-id { fill: var(--warning); }
    .flag-title { font-weight: 400; }
    .flag:hover .flag-title { text-decoration: underline; }
    .box rect { fill: var(--note-ground); stroke: var(--note); stroke-width: 1.25; }
    .box.error rect { fill: var(--error-ground); stroke: var(--error); }
    .box.warning rect { fill: var(--warning-ground); stroke: var(--warning); }
    .box text { font-size: 12.5px; }
    svg .box-head { fill: var(--quiet); font-size: 11.5px; }
    .box-id { font-weight: 700; fill: var(--ink); }
    svg a { text-decoration: none; }
    svg a:hover rect { stroke-width: 2.5; }
    .arrow { fill: none; stroke: var(--quiet); stroke-width: 1.6; }
    .head { fill: var(--quiet); }
    .long { display: none; }
    @media (min-width: 46rem) {
      .long { display: inline; }
      .brief { display: none; }
    }
    summary { cursor: pointer; color: var(--link); width: fit-content; }
    .ladder { margin-top: 1rem; }
    .ladder svg { display: block; max-width: 38rem; margin-top: .75rem; }
    svg .end { font-weight: 600; }
    .life { stroke: var(--quiet); stroke-width: 1.5; }
    .message { stroke: var(--quiet); stroke-width: 1.6; }
    .moment { stroke: var(--line); stroke-width: 1.6; stroke-dasharray: 5 4; }
    svg .lost { fill: var(--error); font-weight: 700; font-size: 15px; }
    svg .what { font-size: 12.5px; }
    """

  private static let tables = """
    table { border-collapse: collapse; width: 100%; font-size: .92rem; }
    caption {
      position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
    }
    th, td {
      text-align: left; vertical-align: top; padding: .38rem .75rem .38rem 0; border-bottom: 1px solid var(--line);
    }
    thead th { white-space: nowrap; font-size: .78rem; font-weight: 600; color: var(--quiet); }
    td:last-child, th:last-child { padding-right: 0; }
    .time, .number { font-size: .86em; font-variant-numeric: tabular-nums; white-space: nowrap; line-height: 1.8; }
    .evidence td { border-bottom-color: var(--well); padding-top: .22rem; padding-bottom: .22rem; }
    #timeline table, .stacked {
      background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; border-spacing: 0;
      border-collapse: separate; overflow: hidden; margin-top: .6rem;
    }
    .events th, .events td, .stacked th, .stacked td { padding-left: .75rem; padding-right: .75rem; }
    .events tr:last-child td, .stacked tr:last-child > * { border-bottom: 0; }
    .events .event { width: 100%; }
    .stacked td { min-width: 6.5rem; }
    .stacked td:first-of-type { min-width: 10rem; }
    .events .since, .events .place { text-align: right; }
    .events th:nth-child(2), .events th:last-child { text-align: right; }
    .events .time { color: var(--quiet); }
    .mark { width: 3.4rem; font-weight: 700; font-size: .86em; }
    .mark a { text-decoration: none; color: var(--note); }
    .error .mark a { color: var(--error); }
    .warning .mark a { color: var(--warning); }
    @media (min-width: 46.01rem) {
      .events td:first-child { box-shadow: inset 4px 0 0 transparent; }
      .events .note td:first-child { box-shadow: inset 4px 0 0 var(--note); }
      .events .error td:first-child { box-shadow: inset 4px 0 0 var(--error); }
      .events .warning td:first-child { box-shadow: inset 4px 0 0 var(--warning); }
    }
    .tunnel { color: var(--quiet); font-size: .86em; }
    .outcome.established { color: var(--good); }
    .outcome.unanswered, .outcome.refused, .outcome.stalled { color: var(--error); }
    .outcome.lost { color: var(--warning); }
    .limit { display: block; color: var(--warning); }
    """

  private static let narrow = """
    @media (max-width: 46rem) {
      .events thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      .events tr {
        display: grid; grid-template-columns: 2.6rem auto auto 1fr; column-gap: .6rem; padding: .45rem .7rem;
        border-bottom: 1px solid var(--line);
      }
      .events tr:last-child { border-bottom: 0; }
      .events td { border: 0; padding: 0; }
      .events td.event { grid-column: 2 / -1; grid-row: 2; }
      .events .note, .events .error, .events .warning { box-shadow: inset 4px 0 0 var(--note); }
      .events .error { box-shadow: inset 4px 0 0 var(--error); }
      .events .warning { box-shadow: inset 4px 0 0 var(--warning); }
      .stacked, .stacked tbody, .stacked tr, .stacked th, .stacked td { display: block; width: 100%; }
      .stacked thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      .stacked tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
      .stacked tr:last-child { border-bottom: 0; }
      .stacked th, .stacked td { border: 0; padding-top: .1rem; padding-bottom: .1rem; }
      .stacked td, .stacked td:first-of-type { min-width: 0; }
      .stacked td { display: grid; grid-template-columns: 3.6rem minmax(0, 1fr); column-gap: .5rem; }
      .stacked td > * { grid-column: 2; }
      .stacked td::before { content: attr(data-label); color: var(--quiet); font-size: .86em; }
      .evidence .time { padding-right: .6rem; }
    }
    """

  private static let paper = """
    @media print {
      :root {
        color-scheme: light;
        --ground: #fff; --sheet: #fff; --ink: #000; --quiet: #444; --line: #bbb; --well: #f2f2f2;
        --error: #9c1c12; --error-ground: #fdecea; --warning: #7a4900; --warning-ground: #fdf3dc;
        --note: #1f5f99; --note-ground: #e6f0fa; --good: #17733f; --good-ground: #e3f4e9;
        --tls: #4a78b5; --tls-open: #86a8d3; --icmp: #7a4fb3; --large: #b8620b; --link: #000;
      }
      body { font-size: 10pt; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      nav, .skip { display: none; }
      .wide { max-width: none; padding: 0; }
      .top { padding-top: .5rem; }
      h2 { break-after: avoid; margin-top: 1.5rem; }
      h3, h4 { break-after: avoid; }
      .sides > *, .facts, .explanation, tr, figure { break-inside: avoid; }
      .ladder:not([open]), .long { display: none; }
      .brief { display: inline; }
      .pictures:has(.chain) { grid-template-columns: minmax(0, 1fr) 15rem; }
      a { text-decoration: none; color: inherit; }
    }
    """
}
