extension PageTemplates {
  /// The frame of the page: head, answer, and the order of its parts.
  static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="{{policy}}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <meta name="generator" content="{{generator}}">
    <link rel="icon" href="data:,">
    <title>{{title}}</title>
    <style>{{{style}}}</style>
    </head>
    <body>
    <a class="skip" href="#main">Skip to the report</a>
    <svg class="shared" width="0" height="0" aria-hidden="true" focusable="false">
    <defs>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2.5" height="6"/>
    </pattern>
    <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
    <path class="head" d="M0 0 L8 4 L0 8 z"/>
    </marker>
    </defs>
    </svg>
    <header class="top {{tone}}">
    <div class="wide">
    <p class="subject">{{subject}}</p>
    <p class="tone"><span>{{toneWord}}</span></p>
    <h1>{{answer}}</h1>
    <p class="lead">{{lead}}</p>
    <ul class="chips" aria-label="In numbers">
    {{#chips}}
    <li class="chip {{look}}">{{text}}</li>
    {{/chips}}
    </ul>
    <nav aria-label="Parts of the report">
    <ul>
    {{#sections}}
    <li><a href="#{{anchor}}">{{name}}</a></li>
    {{/sections}}
    </ul>
    </nav>
    </div>
    </header>
    <main id="main" class="wide" tabindex="-1">
    {{#hasCards}}
    <section id="glance" aria-labelledby="glance-title">
    <h2 id="glance-title">At a glance</h2>
    {{#cards}}
    {{> card}}
    {{/cards}}
    <p class="left">{{cardsLeft}}</p>
    </section>
    {{/hasCards}}
    {{#hasFindings}}
    <section id="findings" aria-labelledby="findings-title">
    <h2 id="findings-title">Findings</h2>
    {{#hasCauses}}
    <ul class="common" aria-label="What several tunnels have in common">
    {{#causes}}
    <li>{{.}}</li>
    {{/causes}}
    </ul>
    {{/hasCauses}}
    {{#findings}}
    {{> finding}}
    {{/findings}}
    <p class="left">{{findingsLeft}}</p>
    </section>
    {{/hasFindings}}
    {{#hasTimeline}}
    {{> timeline}}
    {{/hasTimeline}}
    {{#hasTunnels}}
    {{> tunnels}}
    {{/hasTunnels}}
    {{> captures}}
    </main>
    <footer class="wide"><p>{{generator}}</p></footer>
    </body>
    </html>

    """
}
