extension PageTemplates {
  /// One tunnel at a glance: its timeline, the chain of causes, its handshake on demand.
  static let card = """
    <article class="card" aria-labelledby="{{cardAnchor}}-title">
    <h3 id="{{cardAnchor}}-title"><span class="id">{{tunnelID}}</span> <span class="ends">{{heading}}</span>
    <bdi class="name">{{name}}</bdi></h3>
    <div class="pictures">
    {{#charts}}
    {{> lanes}}
    {{/charts}}
    {{#chains}}
    {{> chain}}
    {{/chains}}
    </div>
    {{#ladders}}
    {{> ladder}}
    {{/ladders}}
    </article>

    """

  /// The timeline of a tunnel; see `LaneChart`.
  static let lanes = """
    <figure class="lanes">
    <svg width="100%" height="{{height}}" role="group" aria-label="Timeline. {{inWords}}.">
    {{#starts}}
    <line class="start" x1="{{.}}" x2="{{.}}" y1="20" y2="{{axisY}}"/>
    {{/starts}}
    {{#lanes}}
    <g role="img" aria-label="{{name}}: {{total}}">
    <text class="lane" x="0" y="{{labelY}}">{{name}}</text>
    <text class="total" x="100%" y="{{labelY}}" text-anchor="end">{{total}}</text>
    <line class="rail" x1="0" x2="100%" y1="{{lineY}}" y2="{{lineY}}"/>
    {{#bars}}
    <rect class="bar {{look}}" x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}" rx="3">
    <title>{{about}}</title></rect>
    {{/bars}}
    {{#dots}}
    <circle class="dot {{look}}" cx="{{x}}" cy="{{y}}" r="{{radius}}"><title>{{about}}</title></circle>
    {{/dots}}
    </g>
    {{/lanes}}
    {{#flags}}
    <a href="#{{finding}}" class="flag {{severity}}" aria-label="{{finding}}: {{about}}"><title>{{about}}</title>
    <text class="lane" x="0" y="{{labelY}}">
    <tspan class="flag-id">{{finding}}</tspan> <tspan class="flag-title long">{{about}}</tspan>
    <tspan class="flag-title brief">{{briefly}}</tspan></text></a>
    <line class="lasting {{severity}}" x1="{{fromX}}" x2="{{toX}}" y1="{{lineY}}" y2="{{lineY}}"/>
    {{#moments}}
    <svg class="moment-mark {{severity}}" x="{{.}}" y="{{lineY}}" width="1" height="1" overflow="visible">
    <path d="M0 -6 L6 0 L0 6 L-6 0 z"/></svg>
    {{/moments}}
    {{/flags}}
    <text class="total" x="0" y="{{flagsLeftY}}">{{flagsLeft}}</text>
    <line class="axis" x1="0" x2="100%" y1="{{axisY}}" y2="{{axisY}}"/>
    {{#ticks}}
    <line class="axis" x1="{{x}}" x2="{{x}}" y1="{{axisY}}" y2="{{axisY}}" transform="translate(0 2)"/>
    <text class="tick" x="{{x}}" y="{{tickY}}" text-anchor="{{anchor}}">{{label}}</text>
    {{/ticks}}
    </svg>
    </figure>

    """

  /// What brings about what; see `CauseChart`.
  static let chain = """
    <figure class="chain">
    <figcaption>What brings about what</figcaption>
    <svg viewBox="0 0 340 {{height}}" width="100%" role="group" aria-label="{{inWords}}">
    {{#arrows}}
    <path class="arrow" d="{{.}}" marker-end="url(#head)"/>
    {{/arrows}}
    {{#boxes}}
    <a href="#{{finding}}" class="box {{severity}}">
    <rect x="{{x}}" y="{{y}}" width="{{width}}" height="{{height}}" rx="6"/>
    <text class="box-head" x="{{textX}}" y="{{titleY}}"><tspan class="box-id">{{finding}}</tspan> {{about}}</text>
    {{#lines}}
    <text x="{{textX}}" y="{{y}}">{{text}}</text>
    {{/lines}}
    </a>
    {{/boxes}}
    </svg>
    </figure>

    """

  /// The handshake; see `HandshakeLadder`.
  static let ladder = """
    <details class="ladder">
    <summary>How it began, packet by packet</summary>
    <svg width="100%" height="{{height}}" role="img" aria-label="Messages between client and gateway, in time order">
    <text class="end" x="0" y="14">client</text>
    <text class="end-address" x="0" y="30">{{client}}</text>
    <text class="end" x="100%" y="14" text-anchor="end">gateway</text>
    <text class="end-address" x="100%" y="30" text-anchor="end">{{gateway}}</text>
    <line class="life" x1="6%" x2="6%" y1="38" y2="{{lineEnd}}"/>
    <line class="life" x1="94%" x2="94%" y1="38" y2="{{lineEnd}}"/>
    {{#rungs}}
    <g class="rung {{look}}">
    {{#isArrow}}
    <line class="message" x1="{{fromX}}" x2="{{toX}}" y1="{{y}}" y2="{{y}}" marker-end="url(#head)"/>
    {{#isLost}}
    <text class="lost" x="{{lostX}}" y="{{y}}" dx="12" dy="5" text-anchor="middle">✕</text>
    {{/isLost}}
    {{/isArrow}}
    {{^isArrow}}
    <line class="moment" x1="6%" x2="94%" y1="{{y}}" y2="{{y}}"/>
    {{/isArrow}}
    <text class="what" x="50%" y="{{textY}}" text-anchor="middle"><tspan class="long">{{text}}</tspan>
    <tspan class="brief">{{briefly}}</tspan></text>
    <text class="when" x="50%" y="{{noteY}}" text-anchor="middle">{{note}}</text>
    </g>
    {{/rungs}}
    </svg>
    </details>

    """
}
