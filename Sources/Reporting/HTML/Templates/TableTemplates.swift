extension PageTemplates {
  /// Every event in time order.
  static let timeline = """
    <section id="timeline" aria-labelledby="timeline-title">
    <h2 id="timeline-title">Timeline</h2>
    {{#timeline}}
    <p class="hint">+0 is {{from}}; times of day are {{clockName}}.</p>
    {{#isFolded}}
    <details><summary>All events: {{count}}</summary>
    {{/isFolded}}
    <table class="events">
    <caption>Events in time order, repeated ones folded</caption>
    <thead><tr><th scope="col">finding</th><th scope="col">since start, s</th><th scope="col">time</th>
    <th scope="col">event</th><th scope="col">frame</th></tr></thead>
    <tbody>
    {{#rows}}
    <tr class="{{look}}"><td class="mark">{{#isMarked}}<a href="#{{mark}}">{{mark}}</a>{{/isMarked}}</td>
    <td class="number since">{{since}}</td><td class="time clock">{{clock}}</td>
    <td class="event"><span class="tunnel">{{eventTunnel}}</span> <bdi>{{event}}</bdi></td>
    <td class="number place">{{place}}</td></tr>
    {{/rows}}
    </tbody>
    </table>
    <p class="left">{{rowsLeft}}</p>
    {{#isFolded}}
    </details>
    {{/isFolded}}
    {{/timeline}}
    </section>

    """

  /// The tunnels.
  static let tunnels = """
    <section id="tunnels" aria-labelledby="tunnels-title">
    <h2 id="tunnels-title">Tunnels</h2>
    <table class="stacked" role="table">
    <caption>Each client and gateway, with its TLS and DTLS side</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">tunnel</th>
    <th role="columnheader" scope="col">client and gateway</th><th role="columnheader" scope="col">TLS</th>
    <th role="columnheader" scope="col">DTLS</th><th role="columnheader" scope="col">sizes</th></tr></thead>
    <tbody role="rowgroup">
    {{#tunnels}}
    <tr role="row"><th role="rowheader" scope="row">{{tunnelID}}</th>
    <td role="cell" data-label="ends">{{ends}} <bdi class="name">{{serverName}}</bdi>
    <span class="faint">{{also}}</span></td>
    <td role="cell" data-label="TLS">{{tls}}</td>
    <td role="cell" data-label="DTLS" class="outcome {{outcome}}">{{dtls}}</td>
    <td role="cell" data-label="sizes">{{sizes}}</td></tr>
    {{/tunnels}}
    </tbody>
    </table>
    <p class="left">{{tunnelsLeft}}</p>
    </section>

    """

  /// What was read.
  static let captures = """
    <section id="captures" aria-labelledby="captures-title">
    <h2 id="captures-title">What was read</h2>
    {{#hasCaptures}}
    <table class="stacked" role="table">
    <caption>Captures, and what limits them</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">capture</th>
    <th role="columnheader" scope="col">name</th><th role="columnheader" scope="col">format</th>
    <th role="columnheader" scope="col">holds</th><th role="columnheader" scope="col">time</th>
    <th role="columnheader" scope="col">state</th></tr></thead>
    <tbody role="rowgroup">
    {{#captures}}
    <tr role="row"><th role="rowheader" scope="row">{{captureID}}</th>
    <td role="cell" data-label="name"><bdi>{{captureName}}</bdi></td>
    <td role="cell" data-label="format">{{shape}}</td><td role="cell" data-label="holds">{{volume}}</td>
    <td role="cell" data-label="time">{{span}}</td>
    <td role="cell" data-label="state">{{#isComplete}}<span class="good">complete</span>{{/isComplete}}
    {{#limits}}
    <span class="limit">{{.}}</span>
    {{/limits}}
    </td></tr>
    {{/captures}}
    </tbody>
    </table>
    <p class="left">{{capturesLeft}}</p>
    {{/hasCaptures}}
    {{#hasLogs}}
    <table class="stacked" role="table">
    <caption>Logs, and how their clocks compare</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">log</th>
    <th role="columnheader" scope="col">name</th><th role="columnheader" scope="col">holds</th>
    <th role="columnheader" scope="col">time</th><th role="columnheader" scope="col">clock</th></tr></thead>
    <tbody role="rowgroup">
    {{#logs}}
    <tr role="row"><th role="rowheader" scope="row">{{logID}}</th>
    <td role="cell" data-label="name"><bdi>{{logName}}</bdi></td>
    <td role="cell" data-label="holds">{{shape}}</td>
    <td role="cell" data-label="time">{{span}}</td>
    <td role="cell" data-label="clock">{{clock}}
    {{#limits}}
    <span class="limit">{{.}}</span>
    {{/limits}}
    </td></tr>
    {{/logs}}
    </tbody>
    </table>
    <p class="left">{{logsLeft}}</p>
    {{/hasLogs}}
    {{#clocks}}
    <p class="hint">{{.}}</p>
    {{/clocks}}
    </section>

    """
}
