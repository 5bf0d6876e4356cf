// title:   협력기관 조합과 취업 | Partner combinations and hires
// asks:    어떤 협력기관을 함께 이용한 사람이 더 많이 취업했고, 그 차이를 믿어도 되는가 | With which partners together were more people hired, and can the difference be trusted?
// param:   by choice(partner_kind, partner, program) = partner_kind  무엇의 조합인지: 기관 종류(partner_kind), 기관(partner), 프로그램(program) | combinations of what: kinds of partners, partners, or programs
// param:   match choice(at_least, exactly) = at_least  적어도 이 조합(at_least)인지, 꼭 이 조합뿐(exactly)인지 | at least these, or exactly these and no other
// param:   in_order boolean = false  앞뒤 순서가 있는 두 곳의 조합을 볼지 | whether to ask about pairs in order, one before the other
// param:   max_size integer 1..4 = 3  몇 곳까지의 조합을 볼지 | the most members of a combination
// param:   min_cases integer 0..1000000 = 0  사례가 이보다 적은 조합은 빼기. 0이면 알맞은 값 | leave out combinations with fewer cases; 0 means the usual value
// param:   partners list<text> of Center, Institution, Program = []  이 기관(종류)이나 프로그램이 든 조합만 보여 주기. 시험은 전체로 합니다 | show only combinations that hold all of these; the tests are over all
// param:   datasets list<text> of Source = []  이 자료만. 비우면 견줄 수 있는 자료 전부 | only these datasets; empty means all that compare
// param:   centers list<text> of Center = []  이 센터가 맡은 사례만. 비우면 전부 | only cases these centers handled; empty means all
// param:   regions list<text> of Region = []  이 지역(아래 지역 포함) 센터의 사례만. 비우면 전부 | only cases of centers in these regions and those below; empty means all
// param:   needs list<text> of Need = []  이 애로사항이 있는 사례만. 비우면 전부 | only cases with these needs; empty means all
// param:   age_bands list<text> in age_band = []  이 나이대만. 비우면 전부 | only these age bands; empty means all
// param:   years list<text> = []  이 해에 시작한 사례만(2025처럼). 비우면 전부 | only cases opened in these years; empty means all
// param:   null_check boolean = false  결과를 센터 안에서 뒤섞었을 때 이만큼 강한 발견이 얼마나 나오는지 확인 | check how often findings this strong appear when outcomes are shuffled within centers
// param:   top integer 1..1000 = 50  최대 행 수 | the most rows
// returns: combination text "조합 식별자" "combination id"
// returns: partners list<text> of Center, Institution, Program in center_kind, institution_kind "조합" "combination"
// returns: partner_names list<text> "이름" "names"
// returns: size integer "구성 수" "members"
// returns: cases cases "사례 수" "cases"
// returns: hires cases within cases "취업 수" "hires"
// returns: rate number "취업률" "hire rate"
// returns: rate_low number "취업률 95% 아래" "rate, 95% low"
// returns: rate_high number "취업률 95% 위" "rate, 95% high"
// returns: shrunk_rate number "앞으로 기대되는 취업률" "rate to expect"
// returns: shrunk_low number "기대 95% 아래" "expected, 95% low"
// returns: shrunk_high number "기대 95% 위" "expected, 95% high"
// returns: q_value number "우연일 확률(여러 번 시험한 것을 감안)" "chance of arising by luck, adjusted for many tests"
// returns: direction text in direction "방향" "direction"
// returns: productive boolean "일부보다 나은지" "beats its parts"
// returns: minimal boolean "발견으로 꼽음" "named as a finding"
// returns: explained_by text "설명하는 조합" "explained by"
// returns: evidence text "증거 등급" "evidence"
// returns: reason text in evidence_reason "등급의 까닭" "reason for the grade"
// returns: odds_ratio number "비슷한 사례끼리 견준 오즈비" "odds ratio within strata"
// returns: homogeneity_p number "집단마다 같을 확률(동질성 검정)" "homogeneity p-value"
// returns: e_value number "E-값" "E-value"
// returns: e_value_bound number "E-값(구간 끝)" "E-value of the bound"
// returns: null_hits integer "우연 검사: 뒤섞었을 때 이만큼 강한 발견이 나온 횟수" "null check: shuffles with a finding as strong"
// returns: null_shuffles integer "우연 검사: 뒤섞은 횟수" "null check: shuffles made"
// returns: case_ids set<case> of CaseFile "사례 식별자" "case ids"
// returns: case_sources set<case_source> "사례의 출처" "sources of the cases"
// key:     combination
// rows:    groups
// evidence: observed
// says:    조합 {rows}가지를 보여 드립니다(사례 {n:건}). | Showing {rows:combination/combinations} ({n:case/cases}).
// none:    셀 수 있는 조합이 없습니다. 조건에 맞는 사례나 지원 기록이 없거나 너무 적습니다. | There is no combination to count: no case or support fits, or too few.
// note:    본인이 거절했거나 제공하지 못한 지원은 받은 것으로 세지 않았습니다. 담당 센터가 스스로 한 지원은 협력으로 보지 않습니다. | Support declined or not served does not count as received, and what the handling center did itself is no partnership.
// note:    취업률만 보고 순서를 매기지 않습니다. 사례가 적은 조합은 우연히 높게 나오기 쉬워, 여러 조합을 한꺼번에 시험하는 것을 감안하고 일부만으로는 나오지 않는 차이만 발견으로 꼽습니다. | Combinations are not ranked by their raw rate: few cases make false winners. Only differences beyond chance, with all tests together, that no part shows alone are named.

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

// part: partners_2 by first_item, second_item
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
MATCH (case_file)-[second_step:SUPPORTED_BY]->(second_partner:Center|Institution)
WHERE coalesce(second_step.result, 'completed') IN ['completed', 'ongoing'] AND second_partner.id <> case_file.center_id
WITH DISTINCT case_file, first_item, CASE WHEN $by = 'partner' THEN second_partner.id ELSE second_partner.kind END AS second_item
WHERE first_item < second_item
RETURN first_item, second_item, count(case_file.id) AS cases, sum(CASE WHEN case_file.outcome = 'hired' THEN 1 ELSE 0 END) AS hires
ORDER BY first_item, second_item
LIMIT 1000000

// part: partners_3 by first_item, second_item, third_item
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
MATCH (case_file)-[second_step:SUPPORTED_BY]->(second_partner:Center|Institution)
WHERE coalesce(second_step.result, 'completed') IN ['completed', 'ongoing'] AND second_partner.id <> case_file.center_id
WITH DISTINCT case_file, first_item, CASE WHEN $by = 'partner' THEN second_partner.id ELSE second_partner.kind END AS second_item
WHERE first_item < second_item
MATCH (case_file)-[third_step:SUPPORTED_BY]->(third_partner:Center|Institution)
WHERE coalesce(third_step.result, 'completed') IN ['completed', 'ongoing'] AND third_partner.id <> case_file.center_id
WITH DISTINCT case_file, first_item, second_item, CASE WHEN $by = 'partner' THEN third_partner.id ELSE third_partner.kind END AS third_item
WHERE second_item < third_item
RETURN first_item, second_item, third_item, count(case_file.id) AS cases, sum(CASE WHEN case_file.outcome = 'hired' THEN 1 ELSE 0 END) AS hires
ORDER BY first_item, second_item, third_item
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

// part: programs_2 by first_item, second_item
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
MATCH (case_file)-[second_step:USED]->(second_program:Program)
WHERE coalesce(second_step.result, 'completed') IN ['completed', 'ongoing']
WITH DISTINCT case_file, first_item, second_program.id AS second_item
WHERE first_item < second_item
RETURN first_item, second_item, count(case_file.id) AS cases, sum(CASE WHEN case_file.outcome = 'hired' THEN 1 ELSE 0 END) AS hires
ORDER BY first_item, second_item
LIMIT 1000000

// part: programs_3 by first_item, second_item, third_item
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
MATCH (case_file)-[second_step:USED]->(second_program:Program)
WHERE coalesce(second_step.result, 'completed') IN ['completed', 'ongoing']
WITH DISTINCT case_file, first_item, second_program.id AS second_item
WHERE first_item < second_item
MATCH (case_file)-[third_step:USED]->(third_program:Program)
WHERE coalesce(third_step.result, 'completed') IN ['completed', 'ongoing']
WITH DISTINCT case_file, first_item, second_item, third_program.id AS third_item
WHERE second_item < third_item
RETURN first_item, second_item, third_item, count(case_file.id) AS cases, sum(CASE WHEN case_file.outcome = 'hired' THEN 1 ELSE 0 END) AS hires
ORDER BY first_item, second_item, third_item
LIMIT 1000000

// part: partners_in_order by first_item, second_item
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
WITH case_file, CASE WHEN $by = 'partner' THEN first_partner.id ELSE first_partner.kind END AS first_item, min(first_step.step_order) AS first_at
MATCH (case_file)-[second_step:SUPPORTED_BY]->(second_partner:Center|Institution)
WHERE coalesce(second_step.result, 'completed') IN ['completed', 'ongoing'] AND second_partner.id <> case_file.center_id
WITH case_file, first_item, first_at, CASE WHEN $by = 'partner' THEN second_partner.id ELSE second_partner.kind END AS second_item, min(second_step.step_order) AS second_at
WHERE first_item <> second_item AND first_at < second_at
RETURN first_item, second_item, count(case_file.id) AS cases, sum(CASE WHEN case_file.outcome = 'hired' THEN 1 ELSE 0 END) AS hires
ORDER BY first_item, second_item
LIMIT 1000000

// part: programs_in_order by first_item, second_item
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
WITH case_file, first_program.id AS first_item, min(first_step.step_order) AS first_at
MATCH (case_file)-[second_step:USED]->(second_program:Program)
WHERE coalesce(second_step.result, 'completed') IN ['completed', 'ongoing']
WITH case_file, first_item, first_at, second_program.id AS second_item, min(second_step.step_order) AS second_at
WHERE first_item <> second_item AND first_at < second_at
RETURN first_item, second_item, count(case_file.id) AS cases, sum(CASE WHEN case_file.outcome = 'hired' THEN 1 ELSE 0 END) AS hires
ORDER BY first_item, second_item
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

// part: told by case_id
MATCH (case_file:CaseFile)
WHERE case_file.id IN $case_ids
RETURN case_file.id AS case_id, case_file.dataset_id + '#' + case_file.locator AS source
ORDER BY case_id
LIMIT 100000
