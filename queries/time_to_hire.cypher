// title:   취업까지 걸린 시간 | Time to hire
// asks:    시작하고 몇 달이 지나면 얼마나 취업하는가 | How many months after the start are how many hired?
// param:   by choice(all, partner_kind, center) = all  무엇별로 볼지: 전체(all), 기관 종류(partner_kind), 센터(center) | for all together, by kind of partner, or by center
// param:   datasets list<text> of Source = []  이 자료만. 비우면 견줄 수 있는 자료 전부 | only these datasets; empty means all that compare
// param:   centers list<text> of Center = []  이 센터가 맡은 사례만. 비우면 전부 | only cases these centers handled; empty means all
// param:   regions list<text> of Region = []  이 지역(아래 지역 포함) 센터의 사례만. 비우면 전부 | only cases of centers in these regions and those below; empty means all
// param:   needs list<text> of Need = []  이 애로사항이 있는 사례만. 비우면 전부 | only cases with these needs; empty means all
// param:   age_bands list<text> in age_band = []  이 나이대만. 비우면 전부 | only these age bands; empty means all
// param:   years list<text> = []  이 해에 시작한 사례만(2025처럼). 비우면 전부 | only cases opened in these years; empty means all
// param:   top integer 1..5000 = 500  최대 행 수 | the most rows
// returns: category text of Center in center_kind, institution_kind "구분" "group"
// returns: category_name text "이름" "name"
// returns: month integer "시작한 뒤 달수" "months since the start"
// returns: at_risk cases "아직 결과가 없던 사례 수" "cases at risk"
// returns: share_hired number "그때까지 취업한 비율" "share hired by then"
// returns: share_low number "95% 아래" "95% low"
// returns: share_high number "95% 위" "95% high"
// returns: share_ended number "그때까지 취업 없이 끝난 비율" "share ended otherwise by then"
// returns: evidence text "증거 등급" "evidence"
// returns: reason text in evidence_reason "등급의 까닭" "reason for the grade"
// key:     category, month
// rows:    groups
// tables:  category
// evidence: observed
// says:    {words.largest_ko}시작하고 {words.months}개월까지 {words.share}%(95% 구간 {words.low}~{words.high}%)가 취업했습니다(전체 사례 {n:건}). | {words.share}% (95% interval {words.low} to {words.high}%){words.largest_en} were hired within {words.months} months of the start ({n:case/cases} in all).
// none:    시작한 달과 결과를 함께 알 수 있는 사례가 없거나 너무 적습니다. | No case, or too few, tell when they began and how they ended.
// note:    중단과 미취업은 취업과 겨루는 다른 결과로 다루었고, 진행 중인 사례는 자료의 마지막 달까지만 보았습니다. | Dropping out and ending without a hire compete with a hire; open cases are followed to the last month of the data.
// note:    기관 종류로 나누면 오래 머문 사람이 더 많은 기관을 만나므로, 종류 사이의 차이를 효과로 읽지 마세요. | By kind of partner, those who stayed longer met more partners: do not read differences between kinds as effects.

// part: ends by outcome, opened_month, outcome_month
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE case_file.dataset_id IN $dataset_ids AND center.id IN $center_ids AND case_file.outcome IN $outcomes
  AND (size($age_bands) = 0 OR case_file.age_band IN $age_bands)
  AND (size($months) = 0 OR case_file.opened_month IN $months)
OPTIONAL MATCH (case_file)-[:HAS_NEED]->(need:Need)
WHERE need.id IN $needs
WITH case_file, count(DISTINCT need.id) AS wanted
WHERE size($needs) = 0 OR wanted > 0
RETURN case_file.outcome AS outcome, coalesce(case_file.opened_month, '') AS opened_month,
       coalesce(case_file.outcome_month, '') AS outcome_month, count(case_file.id) AS cases
ORDER BY outcome, opened_month, outcome_month
LIMIT 1000000

// part: n
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE case_file.dataset_id IN $dataset_ids AND center.id IN $center_ids AND case_file.outcome IN $outcomes
  AND (size($age_bands) = 0 OR case_file.age_band IN $age_bands)
  AND (size($months) = 0 OR case_file.opened_month IN $months)
OPTIONAL MATCH (case_file)-[:HAS_NEED]->(need:Need)
WHERE need.id IN $needs
WITH case_file, count(DISTINCT need.id) AS wanted
WHERE size($needs) = 0 OR wanted > 0
RETURN count(DISTINCT case_file.id) AS n
