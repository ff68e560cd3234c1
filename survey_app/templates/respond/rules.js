// Shown-if rules, as questionnaire/rules.py has them; tests/cases/rules.json is run against both.
var rules = {
  holds(rule, answers) {
    if (rule.all) return rule.all.every(each => rules.holds(each, answers));
    if (rule.any) return rule.any.some(each => rules.holds(each, answers));
    if (rule.not) return !rules.holds(rule.not, answers);
    const answer = Object.prototype.hasOwnProperty.call(answers, rule.question) ? answers[rule.question] : null;
    if (answer === null) return false;
    if (rule.answered) return true;
    const number = rules.number(answer);
    if ("at_least" in rule) return number !== null && number >= rule.at_least;
    if ("at_most" in rule) return number !== null && number <= rule.at_most;
    const chosen = Array.isArray(answer) ? answer : [rules.plain(answer)];
    if ("is" in rule) return chosen.includes(rule.is);
    if ("is_not" in rule) return !chosen.includes(rule.is_not);
    return rule.any_of.some(each => chosen.includes(each));
  },
  number(answer) {
    if (typeof answer === "number") return answer;
    return typeof answer === "string" && /^[+-]?[0-9]+(\.[0-9]+)?$/.test(answer) ? Number(answer) : null;
  },
  // String() writes small numbers with an exponent; answers have six decimals at most.
  plain(answer) {
    if (typeof answer !== "number") return answer;
    return /e/.test(answer) ? answer.toFixed(12).replace(/\.?0+$/, "") : String(answer);
  },
};
