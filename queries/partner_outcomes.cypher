// title:   협력기관별 범위와 효과 | What each partner reaches and what comes of it
// asks:    어떤 협력기관이 얼마나 많은 사례를 지원했고, 지원받은 사례는 기대보다 더 취업했는가 | How many cases does each partner reach, and were they hired more than expected?
// param:   by choice(partner_kind, partner, program) = partner_kind  무엇별로 볼지: 기관 종류(partner_kind), 기관(partner), 프로그램(program) | by kind of partner, partner, or program
// param:   min_cases integer 0..1000000 = 0  사례가 이보다 적은 곳은 빼기. 0이면 알맞은 값 | leave out those with fewer cases; 0 means the usual value
// param:   partners list<text> of Center, Institution, Program = []  이 기관(종류)이나 프로그램만 보여 주기 | show only these
// param:   datasets list<text> of Source = []  이 자료만. 비우면 견줄 수 있는 자료 전부 | only these datasets; empty means all that compare
// param:   centers list<text> of Center = []  이 센터가 맡은 사례만. 비우면 전부 | only cases these centers handled; empty means all
// param:   regions list<text> of Region = []  이 지역(아래 지역 포함) 센터의 사례만. 비우면 전부 | only cases of centers in these regions and those below; empty means all
// param:   needs list<text> of Need = []  이 애로사항이 있는 사례만. 비우면 전부 | only cases with these needs; empty means all
// param:   age_bands list<text> in age_band = []  이 나이대만. 비우면 전부 | only these age bands; empty means all
// param:   years list<text> = []  이 해에 시작한 사례만(2025처럼). 비우면 전부 | only cases opened in these years; empty means all
// param:   attribution boolean = false  기여 배분(마르코프 제거 효과, 섀플리 값)도 함께 볼지. 범위와 나란히만 보여 드립니다 | also show attribution (Markov removal, Shapley), only beside reach
// param:   top integer 1..1000 = 50  최대 행 수 | the most rows
// returns: partner text of Center, Institution, Program in center_kind, institution_kind "기관" "partner"
// returns: partner_name text "이름" "name"
// returns: cases cases "지원한 사례 수" "cases reached"
// returns: hires cases within cases "취업 수" "hires"
// returns: reach number "범위(전체 사례 가운데)" "reach, share of cases"
// returns: rate number "취업률" "hire rate"
// returns: rate_low number "취업률 95% 아래" "rate, 95% low"
// returns: rate_high number "취업률 95% 위" "rate, 95% high"
// returns: shrunk_rate number "앞으로 기대되는 취업률" "rate to expect"
// returns: shrunk_low number "기대 95% 아래" "expected, 95% low"
// returns: shrunk_high number "기대 95% 위" "expected, 95% high"
// returns: expected_rate number "센터 구성으로 기대되는 취업률" "rate its cases' centers lead to expect"
// returns: effect number "기대와의 차이(줄여 잡음)" "difference from that, shrunk"
// returns: effect_low number "차이 95% 아래" "difference, 95% low"
// returns: effect_high number "차이 95% 위" "difference, 95% high"
// returns: q_value number "우연일 확률(여러 번 시험한 것을 감안)" "chance of arising by luck, adjusted for many tests"
// returns: direction text in direction "방향" "direction"
// returns: evidence text "증거 등급" "evidence"
// returns: reason text in evidence_reason "등급의 까닭" "reason for the grade"
// returns: removal_effect number "제거 효과" "removal effect"
// returns: removal_low number "제거 효과 95% 아래" "removal effect, 95% low"
// returns: removal_high number "제거 효과 95% 위" "removal effect, 95% high"
// returns: shapley number "섀플리 값" "Shapley value"
// returns: shapley_low number "섀플리 95% 아래" "Shapley, 95% low"
// returns: shapley_high number "섀플리 95% 위" "Shapley, 95% high"
// key:     partner
// rows:    groups
// evidence: observed
// says:    협력기관 {rows}곳을 범위가 넓은 순서로 보여 드립니다(사례 {n:건}). | Showing {rows:partner/partners} by reach ({n:case/cases}).
// none:    셀 수 있는 협력기관이 없습니다. 조건에 맞는 사례나 지원 기록이 없거나 너무 적습니다. | There is no partner to count: no case or support fits, or too few.
// note:    본인이 거절했거나 제공하지 못한 지원은 받은 것으로 세지 않았습니다. 담당 센터가 스스로 한 지원은 협력으로 보지 않습니다. | Support declined or not served does not count as received, and what the handling center did itself is no partnership.
// note:    한 곳씩만 견준 것입니다. 함께일 때만 나는 차이는 '협력기관 조합과 취업' 질문에서 볼 수 있습니다. | Each is judged alone; what only several together bring is asked by 'Partner combinations and hires'.
// note:    범위가 넓다고 효과가 큰 것은 아닙니다. 둘을 나란히 보세요. | A wide reach is not a large effect; read the two side by side.

// part: partners_1 by first_item
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE case_file.dataset_id IN $dataset_ids AND center.id IN $center_ids AND case_file.outcome IN $outcomes
  AND (size($age_bands) = 0 OR case_file.age_band IN $age_bands)
  AND (size($months) = 0 OR case_file.opened_month IN $months)
OPTIONAL MATCH (case_file)-[:HAS_NEED]->(need:Need)
WHERE need.id IN $needs
WITH case_file, count(DISTINCT need.id) AS wanted
WHERE size($needs) = 0 OR wanted > 0
MATCH (case_file)-[first_step:SUPPORTED_BY]->(first_partner:Center|Institution)
WHERE coalesce(first_step.result, 'completed') IN ['completed', 'ongoing'] AND first_partner.id <> case_file.center_id
WITH DISTINCT case_file, CASE WHEN $by = 'partner' THEN first_partner.id ELSE first_partner.kind END AS first_item
RETURN first_item, count(case_file.id) AS cases, sum(CASE WHEN case_file.outcome = 'hired' THEN 1 ELSE 0 END) AS hires
ORDER BY first_item
LIMIT 1000000

// part: programs_1 by first_item
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE case_file.dataset_id IN $dataset_ids AND center.id IN $center_ids AND case_file.outcome IN $outcomes
  AND (size($age_bands) = 0 OR case_file.age_band IN $age_bands)
  AND (size($months) = 0 OR case_file.opened_month IN $months)
OPTIONAL MATCH (case_file)-[:HAS_NEED]->(need:Need)
WHERE need.id IN $needs
WITH case_file, count(DISTINCT need.id) AS wanted
WHERE size($needs) = 0 OR wanted > 0
MATCH (case_file)-[first_step:USED]->(first_program:Program)
WHERE coalesce(first_step.result, 'completed') IN ['completed', 'ongoing']
WITH DISTINCT case_file, first_program.id AS first_item
RETURN first_item, count(case_file.id) AS cases, sum(CASE WHEN case_file.outcome = 'hired' THEN 1 ELSE 0 END) AS hires
ORDER BY first_item
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
