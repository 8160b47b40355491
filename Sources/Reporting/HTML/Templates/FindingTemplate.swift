extension PageTemplates {
  /// One finding: what is wrong, how it is known, what to do.
  static let finding = """
    <article id="{{id}}" class="finding {{severity}}" aria-labelledby="{{id}}-title">
    <h3 id="{{id}}-title"><span class="id">{{id}}</span> <span class="badge {{severity}}">{{severity}}</span>
    <bdi>{{title}}</bdi></h3>
    <p class="about"><code>{{rule}}</code> <bdi>{{about}}</bdi></p>
    <p class="explanation">{{#explanation}}{{> prose}}{{/explanation}}</p>
    <p class="confidence {{confidence}}"><span class="meter" aria-hidden="true"><i></i><i></i><i></i></span>
    <strong>{{confidence}}</strong> {{reason}}</p>
    {{#hasFacts}}
    <dl class="facts">
    {{#facts}}
    <div><dt>{{name}}</dt><dd>{{value}}</dd></div>
    {{/facts}}
    </dl>
    {{/hasFacts}}
    {{#hasCauses}}
    <p class="causes">Brought about by
    {{#causes}}
    <a href="#{{causeID}}"><span class="id">{{causeID}}</span> {{causeTitle}}</a>
    {{/causes}}
    </p>
    {{/hasCauses}}
    <div class="sides">
    {{#hasRemedies}}
    <section class="remedies" aria-label="What to do about {{id}}">
    <h4>What to do</h4>
    <ol>
    {{#remedies}}
    <li>{{#step}}{{> prose}}{{/step}}</li>
    {{/remedies}}
    </ol>
    </section>
    {{/hasRemedies}}
    {{#hasEvidence}}
    <section class="evidence" aria-label="Evidence for {{id}}">
    <h4>Evidence</h4>
    <table>
    <caption>Frames that prove {{id}}; times in UTC</caption>
    <thead><tr><th scope="col">frame</th><th scope="col">time</th><th scope="col">what it shows</th></tr></thead>
    <tbody>
    {{#evidence}}
    <tr><td class="number">{{place}}</td><td class="time">{{clock}}</td><td>{{note}}</td></tr>
    {{/evidence}}
    </tbody>
    </table>
    <p class="left">{{evidenceLeft}}</p>
    {{#hasFilters}}
    <p class="filter"><span>Wireshark display filter</span>
    {{#filters}}
    <span class="filter-row">{{filterPlace}} <code>{{filter}}</code></span>
    {{/filters}}
    </p>
    {{/hasFilters}}
    </section>
    {{/hasEvidence}}
    {{#hasLines}}
    <section class="evidence" aria-label="Log lines for {{id}}">
    <h4>In the logs</h4>
    <table>
    <caption>Lines of logs that support {{id}}</caption>
    <thead><tr><th scope="col">line</th><th scope="col">time</th><th scope="col">what it says</th></tr></thead>
    <tbody>
    {{#lines}}
    <tr><td class="number">{{place}}</td><td class="time">{{clock}}</td><td><bdi>{{note}}</bdi></td></tr>
    {{/lines}}
    </tbody>
    </table>
    <p class="left">{{linesLeft}}</p>
    </section>
    {{/hasLines}}
    </div>
    </article>

    """
}
