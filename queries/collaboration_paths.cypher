// title:   두 곳을 잇는 협력 경로 | How two members are connected
// asks:    두 센터나 기관, 네트워크는 무엇을 거쳐 이어져 있는가 | Through what are two centers, institutions or networks connected?
// param:   first_id text of Center, Institution, Network  시작하는 곳 | where the paths start
// param:   second_id text of Center, Institution, Network  도착하는 곳 | where the paths end
// param:   max_hops integer 1..4 = 4  거쳐 가는 관계의 최대 수 | the most relationships on a path
// param:   k integer 1..50 = 10  찾을 경로 수 | how many paths
// returns: path integer "경로" "path"
// returns: step integer "순서" "step"
// returns: from_id text of Center, Institution, Network, Program "출발 식별자" "from id"
// returns: from_name text "출발" "from"
// returns: relationship text "관계" "relationship"
// returns: to_id text of Center, Institution, Network, Program "도착 식별자" "to id"
// returns: to_name text "도착" "to"
// returns: direction text "방향" "direction"
// returns: label text "무슨 관계인가" "what it is"
// returns: relationship_id text "관계 식별자" "relationship id"
// returns: sources set<source> "출처" "sources"
// key:     path, step
// evidence: told
// says:    {param.first_id:과/와} {param.second_id:을/를} 잇는 경로를 찾았습니다. | Found paths between {param.first_id} and {param.second_id}.
// none:    {param.first_id:과/와} {param.second_id:을/를} {param.max_hops}단계 안에서 잇는 관계가 출처에 없습니다. | No source tells of a connection between {param.first_id} and {param.second_id} within {param.max_hops:step/steps}.
// note:    출처에 적힌 관계만 따라간 결과입니다. 적히지 않은 협력이 더 있을 수 있습니다. | Only relationships told by a source are followed; others may exist.

// part: leads by start_id, end_id, link_id
MATCH (start_node:Center|Institution)-[link:LEADS]->(end_node:Network)
WHERE (start_node.id IN $near OR end_node.id IN $near)
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, '' AS detail, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 200000

// part: member_of by start_id, end_id, link_id
MATCH (start_node:Center|Institution)-[link:MEMBER_OF]->(end_node:Network)
WHERE (start_node.id IN $near OR end_node.id IN $near)
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, link.role AS detail, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 200000

// part: partners_with by start_id, end_id, link_id
MATCH (start_node:Center|Institution)-[link:PARTNERS_WITH]->(end_node:Center|Institution)
WHERE (start_node.id IN $near OR end_node.id IN $near)
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, link.kind AS detail, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 200000

// part: offers by start_id, end_id, link_id
MATCH (start_node:Center|Institution)-[link:OFFERS]->(end_node:Program)
WHERE (start_node.id IN $near OR end_node.id IN $near)
  AND ($as_of = '' OR (coalesce(link.valid_from, $as_of) <= $as_of AND coalesce(link.valid_to, $as_of) >= $as_of))
  AND ($as_of = '' OR (coalesce(end_node.valid_from, $as_of) <= $as_of AND coalesce(end_node.valid_to, $as_of) >= $as_of))
RETURN start_node.id AS start_id, end_node.id AS end_id, link.id AS link_id, link.role AS detail, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id, link_id
LIMIT 200000

// part: operates by start_id, end_id
MATCH (start_node:Institution)-[link:OPERATES]->(end_node:Center)
WHERE start_node.id IN $near OR end_node.id IN $near
RETURN start_node.id AS start_id, end_node.id AS end_id, '' AS link_id, '' AS detail, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id
LIMIT 200000

// part: part_of by start_id, end_id
MATCH (start_node:Institution)-[link:PART_OF]->(end_node:Institution)
WHERE start_node.id IN $near OR end_node.id IN $near
RETURN start_node.id AS start_id, end_node.id AS end_id, '' AS link_id, '' AS detail, link.dataset_id + '#' + link.locator AS source
ORDER BY start_id, end_id
LIMIT 200000
