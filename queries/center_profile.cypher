// title:   센터 한 곳 보기 | One center
// asks:    이 센터는 어느 네트워크에서 누구와 무엇을 하는가 | In which networks does this center work, with whom, and at what?
// param:   center_id text of Center  어느 센터인지 | which center
// returns: relationship text "관계" "relationship"
// returns: entity_id text of Network, Center, Institution, Program, Region, Need, Figure "식별자" "id"
// returns: entity_name text "이름" "name"
// returns: kind text in center_kind, institution_kind, program_kind, measure, outcome, step_kind "종류" "kind"
// returns: detail text in member_role, partnership_kind, provider_role "자세히" "detail"
// returns: amount integer "수치" "amount"
// returns: cases cases "사례 수" "cases"
// returns: fact_id text "사실 식별자" "fact id"
// returns: sources set<source> "출처" "sources"
// returns: case_sources set<case_source> "사례의 출처" "sources of the cases"
// key:     relationship, fact_id
// rows:    groups
// tables:  relationship
// evidence: observed
// says:    {param.center_id:은/는} 네트워크 {words.networks}곳에 참여하고, 프로그램 {words.programs}개를 제공합니다(맡은 사례 {n:건}). | {param.center_id} takes part in {words.networks:network/networks} and offers {words.programs:program/programs} ({n:case/cases} handled).
// none:    {param.center_id}에 대해 적힌 사실이 없습니다. | No source tells anything of {param.center_id}.
// note:    출처에 적히지 않은 활동도 있을 수 있습니다. 적혀 있지 않다는 것은 '없다'가 아니라 '모른다'입니다. | Work the source does not mention may exist: not told means unknown, not absent.

// part: operates by fact_id
MATCH (center:Center)<-[link:OPERATES]-(other:Institution)
WHERE center.id = $center_id
RETURN other.id AS entity_id, other.name AS entity_name, other.kind AS kind, '' AS detail, null AS amount,
       other.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: located_in by fact_id
MATCH (center:Center)-[link:LOCATED_IN]->(other:Region)
WHERE center.id = $center_id
RETURN other.id AS entity_id, other.name AS entity_name, '' AS kind, '' AS detail, null AS amount,
       other.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: leads by fact_id
MATCH (center:Center)-[link:LEADS]->(other:Network)
WHERE center.id = $center_id
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN other.id AS entity_id, other.name AS entity_name, '' AS kind, '' AS detail, null AS amount,
       link.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: member_of by fact_id
MATCH (center:Center)-[link:MEMBER_OF]->(other:Network)
WHERE center.id = $center_id
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN other.id AS entity_id, other.name AS entity_name, '' AS kind, link.role AS detail, null AS amount,
       link.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: partners_with by fact_id
MATCH (center:Center)-[link:PARTNERS_WITH]-(other:Center|Institution)
WHERE center.id = $center_id
  AND other.id <> center.id
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN other.id AS entity_id, other.name AS entity_name, other.kind AS kind, link.kind AS detail, null AS amount,
       link.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: offers by fact_id
MATCH (center:Center)-[link:OFFERS]->(other:Program)
WHERE center.id = $center_id
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(other.valid_from, $as_of) <= $as_of AND coalesce(other.valid_to, $as_of) >= $as_of))
RETURN other.id AS entity_id, other.name AS entity_name, other.kind AS kind, link.role AS detail, null AS amount,
       link.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: about by fact_id
MATCH (center:Center)<-[link:ABOUT]-(other:Figure)
WHERE center.id = $center_id
RETURN other.id AS entity_id, other.name AS entity_name, other.measure AS kind, other.unit AS detail, other.value AS amount,
       other.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: handled by fact_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE center.id = $center_id
RETURN case_file.outcome AS fact_id, '' AS entity_id, '' AS entity_name, case_file.outcome AS kind, count(DISTINCT case_file.id) AS cases,
       collect(DISTINCT CASE WHEN $published THEN case_file.dataset_id + '#' + case_file.locator ELSE null END) AS case_sources
ORDER BY fact_id
LIMIT 100

// part: has_need by fact_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[link:HAS_NEED]->(need:Need)
WHERE center.id = $center_id
RETURN need.id AS fact_id, need.id AS entity_id, need.name AS entity_name, '' AS kind, count(DISTINCT case_file.id) AS cases,
       collect(DISTINCT CASE WHEN $published THEN link.dataset_id + '#' + link.locator ELSE null END) AS case_sources
ORDER BY fact_id
LIMIT 5000

// part: supported_by by fact_id
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)-[link:SUPPORTED_BY]->(partner:Center|Institution)
WHERE center.id = $center_id AND NOT coalesce(link.result, '') IN ['declined', 'not_served']
RETURN partner.id AS fact_id, partner.id AS entity_id, partner.name AS entity_name, partner.kind AS kind, count(DISTINCT case_file.id) AS cases,
       collect(DISTINCT CASE WHEN $published THEN link.dataset_id + '#' + link.locator ELSE null END) AS case_sources
ORDER BY fact_id
LIMIT 5000

// part: n
MATCH (center:Center)-[:HANDLED]->(case_file:CaseFile)
WHERE center.id = $center_id
RETURN count(DISTINCT case_file.id) AS n

// part: partner_names by partner_id
MATCH (partner:Center|Institution)
RETURN partner.id AS partner_id, partner.name AS partner_name, partner.kind AS kind
ORDER BY partner_id
LIMIT 1000000

// part: need_names by need_id
MATCH (need:Need)
RETURN need.id AS need_id, need.name AS need_name
ORDER BY need_id
LIMIT 1000000
