// title:   취업까지의 지원 순서 | The order of support on the way to a job
// asks:    사람들은 어떤 순서로 지원을 받았고, 어느 순서가 흔한가 | In what order did people receive support, and which orders are common?
// param:   by choice(step_kind, partner_kind, partner, program) = step_kind  한 단계를 무엇으로 볼지: 지원 종류(step_kind), 기관 종류(partner_kind), 기관(partner), 프로그램(program) | what a step is: its kind, the kind of partner, the partner, or the program
// param:   centers list<text> of Center = []  이 센터가 맡은 사례만. 비우면 전부 | only cases these centers handled; empty means all
// param:   needs list<text> of Need = []  이 애로사항이 있는 사례만. 비우면 전부 | only cases with these needs; empty means all
// param:   outcomes list<text> in outcome = []  이 결과의 사례만. 비우면 전부 | only cases with these outcomes; empty means all
// param:   top integer 1..1000 = 50  최대 행 수 | the most rows
// returns: journey text "지원 순서 식별자" "journey id"
// returns: steps list<text> of Center, Institution, Program in step_kind, center_kind, institution_kind "단계" "steps"
// returns: step_names list<text> "단계 이름" "names of the steps"
// returns: length integer "단계 수" "number of steps"
// returns: cases cases "사례 수" "cases"
// returns: hired cases within cases "취업한 사례 수" "cases hired"
// returns: case_ids set<case> of CaseFile "사례 식별자" "case ids"
// returns: case_sources set<case_source> "사례의 출처" "sources of the cases"
// key:     journey
// rows:    groups
// evidence: observed
// says:    지원 순서 {rows}가지를 보여 드립니다(사례 {n:건}). 많이 나온 것부터이며, 첫 줄은 '{first.steps}'(사례 {first.cases:건})입니다. | Showing {rows:order/orders} of support ({n:case/cases}); most frequent first, beginning with '{first.steps}' ({first.cases:case/cases}).
// none:    보여 드릴 수 있는 지원 순서가 없습니다. | There is no order of support to show.
// note:    단계의 순서는 출처에 적힌 순서입니다. 적히지 않은 단계가 더 있을 수 있습니다. | The order is the one the source tells; there may be steps it does not mention.

// part: cases by case_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE (size($centers) = 0 OR center.id IN $centers) AND (size($outcomes) = 0 OR case_file.outcome IN $outcomes)
OPTIONAL MATCH (case_file)-[:HAS_NEED]->(need:Need)
WHERE need.id IN $needs
WITH case_file, count(DISTINCT need.id) AS wanted
WHERE size($needs) = 0 OR wanted > 0
RETURN case_file.id AS case_id, case_file.outcome AS outcome, case_file.dataset_id + '#' + case_file.locator AS source
ORDER BY case_id
LIMIT 1000000

// part: supported by case_id, step_order, dataset_id
MATCH (case_file:CaseFile)-[support:SUPPORTED_BY]->(partner:Center|Institution)
WHERE NOT coalesce(support.result, '') IN ['declined', 'not_served']
RETURN case_file.id AS case_id, support.step_order AS step_order, support.dataset_id AS dataset_id, support.kind AS kind,
       partner.id AS partner_id, partner.name AS partner_name, partner.kind AS partner_kind
ORDER BY case_id, step_order, dataset_id
LIMIT 5000000

// part: used by case_id, step_order, dataset_id
MATCH (case_file:CaseFile)-[use:USED]->(program:Program)
WHERE NOT coalesce(use.result, '') IN ['declined', 'not_served']
RETURN case_file.id AS case_id, use.step_order AS step_order, use.dataset_id AS dataset_id, use.kind AS kind,
       program.id AS program_id, program.name AS program_name
ORDER BY case_id, step_order, dataset_id
LIMIT 5000000
