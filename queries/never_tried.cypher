// title:   아직 해 보지 않은 조합 | Combinations never tried
// asks:    어느 사례에서도 함께하지 않은 기관 종류의 조합은 무엇인가 | Which combinations of partner kinds has no case had?
// param:   max_size integer 1..3 = 3  몇 종류까지의 조합을 볼지 | the most members of a combination
// param:   datasets list<text> of Source = []  이 자료만. 비우면 견줄 수 있는 자료 전부 | only these datasets; empty means all that compare
// param:   centers list<text> of Center = []  이 센터가 맡은 사례만. 비우면 전부 | only cases these centers handled; empty means all
// param:   regions list<text> of Region = []  이 지역(아래 지역 포함) 센터의 사례만. 비우면 전부 | only cases of centers in these regions and those below; empty means all
// param:   needs list<text> of Need = []  이 애로사항이 있는 사례만. 비우면 전부 | only cases with these needs; empty means all
// param:   age_bands list<text> in age_band = []  이 나이대만. 비우면 전부 | only these age bands; empty means all
// param:   years list<text> = []  이 해에 시작한 사례만(2025처럼). 비우면 전부 | only cases opened in these years; empty means all
// param:   top integer 1..1000 = 50  최대 행 수 | the most rows
// returns: combination text "조합 식별자" "combination id"
// returns: partners list<text> in center_kind, institution_kind "조합" "combination"
// returns: partner_names list<text> "이름" "names"
// returns: size integer "구성 수" "members"
// returns: expected number "센터마다 따로따로 이용되었다면 나왔을 사례 수" "cases to expect if each were used independently, within centers"
// returns: centers integer "모두와 따로 일해 본 센터 수" "centers that worked with each of them"
// returns: partners_known integer "네트워크에 있는 기관 수" "partners of these kinds in the network"
// key:     combination
// evidence: observed
// says:    아직 어느 사례에도 없는 조합 {rows}가지입니다(사례 {n:건}에서 찾음). 첫 줄은 '{first.partner_names}'입니다. | {rows:combination/combinations} that no case had ({n:case/cases} searched), first '{first.partners}'.
// none:    해 보지 않은 조합이 없거나, 살펴볼 사례가 없습니다. | No combination is left untried, or there is no case to search.
// note:    다음 시범사업을 위한 실마리일 뿐 권고가 아닙니다. 해 보지 않은 조합의 효과는 이 자료로 알 수 없습니다. | Hints for the next pilot, not recommendations: what an untried combination would do, this data cannot tell.
// note:    일부가 이미 해 보지 않은 조합이면 그것만 적고, 거기에 더한 조합은 적지 않았습니다. | Where a part has never been tried, only that part is listed and not what contains it.
// note:    담당 센터가 스스로 한 지원은 협력으로 보지 않습니다. | What the handling center did itself is no partnership.
// note:    자료에 적히지 않았을 뿐 실제로는 함께했을 수 있습니다. | A combination may have been tried and not be recorded.

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

// part: known by kind
MATCH (partner:Center|Institution)
RETURN partner.kind AS kind, count(partner.id) AS partners
ORDER BY kind
LIMIT 1000

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
