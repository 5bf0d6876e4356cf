// title:   기관 한 곳 보기 | One institution
// asks:    이 기관은 누구와 무엇을 하고, 어떤 사례를 지원했는가 | With whom does this institution work, at what, and which cases did it support?
// param:   institution_id text of Institution  어느 기관인지 | which institution
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
// says:    {param.institution_id:은/는} 네트워크 {words.networks}곳에 참여하고, 프로그램 {words.programs}개를 제공합니다(지원한 사례 {n:건}). | {param.institution_id} takes part in {words.networks:network/networks} and offers {words.programs:program/programs} ({n:case/cases} supported).
// none:    {param.institution_id}에 대해 적힌 사실이 없습니다. | No source tells anything of {param.institution_id}.
// note:    출처에 적히지 않은 활동도 있을 수 있습니다. 적혀 있지 않다는 것은 '없다'가 아니라 '모른다'입니다. | Work the source does not mention may exist: not told means unknown, not absent.

// part: operates by fact_id
MATCH (institution:Institution)-[link:OPERATES]->(other:Center)
WHERE institution.id = $institution_id
RETURN other.id AS entity_id, other.name AS entity_name, other.kind AS kind, '' AS detail, null AS amount,
       other.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: part_of by fact_id
MATCH (institution:Institution)-[link:PART_OF]->(other:Institution)
WHERE institution.id = $institution_id
RETURN other.id AS entity_id, other.name AS entity_name, other.kind AS kind, '' AS detail, null AS amount,
       other.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: has_part by fact_id
MATCH (institution:Institution)<-[link:PART_OF]-(other:Institution)
WHERE institution.id = $institution_id
RETURN other.id AS entity_id, other.name AS entity_name, other.kind AS kind, '' AS detail, null AS amount,
       other.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: located_in by fact_id
MATCH (institution:Institution)-[link:LOCATED_IN]->(other:Region)
WHERE institution.id = $institution_id
RETURN other.id AS entity_id, other.name AS entity_name, '' AS kind, '' AS detail, null AS amount,
       other.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: leads by fact_id
MATCH (institution:Institution)-[link:LEADS]->(other:Network)
WHERE institution.id = $institution_id
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN other.id AS entity_id, other.name AS entity_name, '' AS kind, '' AS detail, null AS amount,
       link.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: member_of by fact_id
MATCH (institution:Institution)-[link:MEMBER_OF]->(other:Network)
WHERE institution.id = $institution_id
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN other.id AS entity_id, other.name AS entity_name, '' AS kind, link.role AS detail, null AS amount,
       link.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: partners_with by fact_id
MATCH (institution:Institution)-[link:PARTNERS_WITH]-(other:Center|Institution)
WHERE institution.id = $institution_id
  AND other.id <> institution.id
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN other.id AS entity_id, other.name AS entity_name, other.kind AS kind, link.kind AS detail, null AS amount,
       link.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: offers by fact_id
MATCH (institution:Institution)-[link:OFFERS]->(other:Program)
WHERE institution.id = $institution_id
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(other.valid_from, $as_of) <= $as_of AND coalesce(other.valid_to, $as_of) >= $as_of))
RETURN other.id AS entity_id, other.name AS entity_name, other.kind AS kind, link.role AS detail, null AS amount,
       link.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: about by fact_id
MATCH (institution:Institution)<-[link:ABOUT]-(other:Figure)
WHERE institution.id = $institution_id
RETURN other.id AS entity_id, other.name AS entity_name, other.measure AS kind, other.unit AS detail, other.value AS amount,
       other.id AS fact_id, link.dataset_id + '#' + link.locator AS source
ORDER BY fact_id
LIMIT 5000

// part: supported_by by fact_id
MATCH (institution:Institution)<-[link:SUPPORTED_BY]-(case_file:CaseFile)
WHERE institution.id = $institution_id AND NOT coalesce(link.result, '') IN ['declined', 'not_served']
RETURN link.kind AS fact_id, '' AS entity_id, '' AS entity_name, link.kind AS kind, count(DISTINCT case_file.id) AS cases,
       collect(DISTINCT CASE WHEN $published THEN link.dataset_id + '#' + link.locator ELSE null END) AS case_sources
ORDER BY fact_id
LIMIT 100

// part: has_need by fact_id
MATCH (institution:Institution)<-[link:SUPPORTED_BY]-(case_file:CaseFile)-[having:HAS_NEED]->(need:Need)
WHERE institution.id = $institution_id AND NOT coalesce(link.result, '') IN ['declined', 'not_served']
RETURN need.id AS fact_id, need.id AS entity_id, need.name AS entity_name, '' AS kind, count(DISTINCT case_file.id) AS cases,
       collect(DISTINCT CASE WHEN $published THEN having.dataset_id + '#' + having.locator ELSE null END) AS case_sources
ORDER BY fact_id
LIMIT 5000

// part: n
MATCH (institution:Institution)<-[link:SUPPORTED_BY]-(case_file:CaseFile)
WHERE institution.id = $institution_id AND NOT coalesce(link.result, '') IN ['declined', 'not_served']
RETURN count(DISTINCT case_file.id) AS n

// part: need_names by need_id
MATCH (need:Need)
RETURN need.id AS need_id, need.name AS need_name
ORDER BY need_id
LIMIT 1000000
