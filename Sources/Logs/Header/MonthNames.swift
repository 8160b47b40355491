/// Months as systems abbreviate them in the languages of their users (CLDR, and glibc's `abmon`).
///
/// A word counts as a month only where a day and a time of day follow it, or a day stands before it, so a name that is
/// another word elsewhere does no harm.
enum MonthNames {
  /// - Parameter word: Without a full stop behind it.
  static func month(_ text: borrowing LogText, _ word: Range<Int>) -> Int? {
    guard (2...20).contains(word.count) else { return nil }
    return months.value(text, word)
  }

  private static let months: PackedWords<Int> = {
    let names = [
      // English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Czech, Swedish, Turkish.
      "jan january jän januar janv janvier ene enero januari gen gennaio styczeń sty янв января led ocak oca",
      "feb february februar févr fév février febrero fev fevereiro febbraio februari lut luty фев февр февраля úno şub",
      "mar march mär märz mrz mars marzo março mrt maart marzec мар марта bře mart",
      "apr april avr avril abr abril aprile kwi kwiecień апр апреля dub nis",
      "may mai mayo maio mag maggio mei maj май мая kvě mayıs",
      "jun june juni juin junio junho giu giugno cze czerwiec июн июня čvn haz",
      "jul july juli juil juillet julio julho lug luglio lip lipiec июл июля čvc tem",
      "aug august août aou ago agosto augustus sie sierpień авг августа srp ağu augusti",
      "sep sept september septembre septiembre set setembro settembre wrz wrzesień сен сент сентября zář eyl",
      "oct october okt oktober octobre octubre out outubro ott ottobre paź październik окт октября říj eki",
      "nov november novembre noviembre novembro lis listopad ноя нояб ноября kas",
      "dec december dez dezember déc décembre dic diciembre dezembro dicembre gru grudzień дек декабря pro ara",
    ]
    return PackedWords(names.enumerated().map { ($1, $0 + 1) })
  }()
}
